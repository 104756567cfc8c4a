/* The compiler's setjmp lowering stores one word, the number of the call (src/setjmp). */
typedef unsigned long __jmp_buf[1];
