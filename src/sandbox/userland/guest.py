"""
The guest side: Debian's musl with our port, BusyBox, and the link to one WebAssembly module.

Nothing of musl is kept in this repository. The port's kernel interface is x32's (32-bit pointers
on the x86-64 system calls), so musl's own arch/x32 headers are copied at build time; `musl/` here
has only what differs.
"""

import glob
import os
import re
import shutil
import tarfile

from steps import BuildError, output

HERE = os.path.dirname(os.path.abspath(__file__))

CC = ["clang-14", "--target=wasm32"]
AR = "llvm-ar-14"
NM = "llvm-nm-14"
RANLIB = "llvm-ranlib-14"
LD = "wasm-ld-14"

# The instructions wasm2c 1.0.32 knows beyond the first version of WebAssembly, and setjmp.
FEATURES = [
    "-mbulk-memory", "-msign-ext", "-mnontrapping-fptoint", "-mmutable-globals",
    "-mllvm", "-enable-emscripten-sjlj",
]
OPTIMIZE = ["-O2", "-fno-math-errno", "-ffunction-sections", "-fdata-sections"]

# x32 files that the port does not take: port input and output, x87 floating point, our own.
NOT_FROM_X32 = ("io.h", "float.h", "fenv.h", "setjmp.h", "syscall.h.in")

STACK_BYTES = 1 << 20


def replace_in_files(paths, pattern, replacement):
    for path in paths:
        with open(path, encoding="latin-1") as f:
            before = f.read()
        after = re.sub(pattern, replacement, before)
        if after != before:
            with open(path, "w", encoding="latin-1") as f:
                f.write(after)


def plain_doubles(*directories):
    """
    Makes long double a double in a source tree. On wasm32 it would have 128 bits and be computed
    in software, in every number that printf, strtod or awk touch.
    """
    for directory in directories:
        files = [f for f in glob.glob(f"{directory}/**/*.[chi]*", recursive=True)
                 if f.endswith((".c", ".h", ".in"))]
        replace_in_files(files, r"\blong double\b", "double")


class Guest:
    def __init__(self, steps, work, sources):
        self.steps = steps
        self.musl = sources["musl"]
        self.busybox = sources["busybox"]
        self.sysroot = f"{work}/sysroot"
        self.module = f"{work}/userland.wasm"

    def build_musl(self):
        self._add_port()
        plain_doubles(f"{self.musl}/include", f"{self.musl}/src", f"{self.musl}/arch/wasm32")
        with open(f"{self.musl}/config.mak", "w", encoding="utf-8") as f:
            f.write(
                f"ARCH = wasm32\nprefix = {self.sysroot}\n"
                f"CC = {' '.join(CC)}\nAR = {AR}\nRANLIB = {RANLIB}\n"
                f"MALLOC_DIR = segregated\n"
                f"CFLAGS_AUTO = -w -Werror=implicit-function-declaration -pipe {' '.join(FEATURES + OPTIMIZE)}\n"
            )
        self._make(self.musl, "lib/libc.a", "install-headers")
        self._add_headers()

    def _add_port(self):
        arch = f"{self.musl}/arch"
        shutil.copytree(f"{arch}/x32/bits", f"{arch}/wasm32/bits",
                        ignore=shutil.ignore_patterns(*NOT_FROM_X32))
        for header in ("ksigaction.h", "kstat.h"):
            shutil.copy(f"{arch}/x32/{header}", f"{arch}/wasm32")
        # A double like ARM's, and x86-64's numbers also where x32 has its own.
        shutil.copy(f"{arch}/arm/bits/float.h", f"{arch}/wasm32/bits")
        shutil.copy(f"{arch}/x86_64/bits/syscall.h.in", f"{arch}/wasm32/bits")
        for part in ("arch", "src"):
            shutil.copytree(f"{HERE}/musl/{part}", f"{self.musl}/{part}", dirs_exist_ok=True)

    def _add_headers(self):
        """The kernel's headers, which BusyBox needs beside the C library's."""
        triple = output(["gcc", "-print-multiarch"])
        for name in ("linux", "asm-generic", "mtd"):
            os.symlink(f"/usr/include/{name}", f"{self.sysroot}/include/{name}")
        os.symlink(f"/usr/include/{triple}/asm", f"{self.sysroot}/include/asm")

    def _make(self, directory, *arguments):
        self.steps.run(["make", "-s", "-C", directory, f"-j{self.steps.jobs}", *arguments])

    def _compile_command(self):
        return [*CC, "-nostdinc", "-isystem", f"{HERE}/musl/include",
                "-isystem", f"{self.sysroot}/include", *FEATURES, "-w"]

    def configure_busybox(self):
        """The default configuration with our fragment over it."""
        with open(f"{HERE}/busybox.config", encoding="utf-8") as f:
            wanted = dict(re.findall(r"^(CONFIG_\w+)=(.*)$", f.read(), flags=re.MULTILINE))
        self._make(self.busybox, "HOSTCC=gcc", "defconfig")
        path = f"{self.busybox}/.config"
        with open(path, encoding="utf-8") as f:
            config = f.read()
        for name, value in wanted.items():
            line = f"# {name} is not set" if value == "n" else f"{name}={value}"
            config, found = re.subn(rf"^({name}=.*|# {name} is not set)$", line, config,
                                    flags=re.MULTILINE)
            if not found:
                raise BuildError(f"busybox.config: BusyBox has no option {name}")
        with open(path, "w", encoding="utf-8") as f:
            f.write(config)
        # Takes the options that depended on those out.
        self._make(self.busybox, "HOSTCC=gcc", "silentoldconfig")

    def build_busybox(self):
        self.configure_busybox()
        plain_doubles(self.busybox)
        replace_in_files([f"{self.busybox}/Makefile.flags"], r"-Os\b", "-O2")
        # BusyBox looks at memory through pointers of several types.
        compiler = " ".join([*self._compile_command(), "-fno-strict-aliasing",
                             "-D__linux__", "-Dlinux", "-D__unix__"])
        # The makefile's own last link is for native linkers; ours follows in link().
        self._make(self.busybox, "HOSTCC=gcc", f"CC={compiler}", f"AR={AR}", f"NM={NM}",
                   "SKIP_STRIP=y", "cmd_busybox__=touch $@", "busybox", "busybox.links")

    def link(self):
        start = f"{self.sysroot}/start.o"
        self.steps.run([*self._compile_command(), "-O2", "-c", f"{HERE}/musl/start/start.c",
                        "-o", start])
        # A directory without objects leaves a built-in.o that is an empty archive.
        objects = [o for o in glob.glob(f"{self.busybox}/**/built-in.o", recursive=True)
                   if os.path.getsize(o) > len("!<arch>\n")]
        archives = glob.glob(f"{self.busybox}/**/lib.a", recursive=True)
        runtime = output([*CC, "-print-resource-dir"]) + "/lib/wasi/libclang_rt.builtins-wasm32.a"
        self.steps.run([
            LD, start, *sorted(objects), *sorted(archives), f"{self.musl}/lib/libc.a", runtime,
            "--no-entry", "--export=_start", "--export=__wasm_sighandler",
            "--export=__stack_pointer", "--export-table", "--no-check-features", "--gc-sections",
            # A stack that overflows runs into address 0, which is not writable.
            "--stack-first", "-z", f"stack-size={STACK_BYTES}", "--max-memory=4294967296",
            "-o", self.module,
        ])

    def install(self, directory):
        shutil.copy(f"{self.busybox}/busybox.links", f"{directory}/applets.txt")
        with tarfile.open(f"{directory}/testsuite.tar", "w") as tar:
            for name in ("testsuite", ".config"):
                tar.add(f"{self.busybox}/{name}", name)
