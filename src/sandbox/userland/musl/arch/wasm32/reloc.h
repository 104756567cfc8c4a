/* There is no dynamic linker; what includes this header is never linked. */
#define LDSO_ARCH "wasm32"

#define CRTJMP(pc, sp) __builtin_trap()
