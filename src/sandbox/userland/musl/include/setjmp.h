/*
 * LLVM lowers only calls of functions literally named setjmp and longjmp. sigsetjmp must
 * therefore be a macro around setjmp: a function could not return twice.
 */
#include_next <setjmp.h>

#ifndef SETJMP_WASM_H
#define SETJMP_WASM_H

void __sigsetjmp_save(struct __jmp_buf_tag *, int);

#undef sigsetjmp
#define sigsetjmp(env, save) (__sigsetjmp_save(env, save), setjmp(env))
#endif
