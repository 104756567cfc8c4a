"""
From the WebAssembly module to native objects.

wasm2c writes one C file of 16 MB. It is cut into parts, so that all processors compile, and what
belongs to wasm2c's general run time (instances, bounds checks, tables filled at start) is replaced
by what one process with one instance needs; see generated.h. The rewriting knows the output of
Debian 12's wasm2c 1.0.32 and stops when it meets something else.
"""

import os
import platform
import re
import shutil

import geninvoke
from steps import BuildError

HERE = os.path.dirname(os.path.abspath(__file__))

CC = "clang-14"
CFLAGS = [
    # Loops have been unrolled once, on the way to WebAssembly.
    "-std=gnu17", "-O2", "-fno-unroll-loops", "-w", "-fno-pie", "-fno-math-errno", "-fvisibility=hidden",
    # The guest's recursion must meet the stack's guard page, not jump over it.
    "-fstack-clash-protection", "-fno-stack-protector", f"-I{HERE}",
]
if platform.machine() == "x86_64":
    CFLAGS.append("-DUSERLAND_GS")

PARTS = 16

FUNCTION = re.compile(r"^static (\w+ (?P<name>w2c_\w+)\([^)]*\)) \{\n(?:.*\n)*?\}\n", re.MULTILINE)
PROTOTYPE = re.compile(r"^static \w+ w2c_\w+\([^)]*\);$", re.MULTILINE)

# (what, by what): the instance and the run time's objects disappear from calls and signatures.
REWRITES = [(re.compile(pattern), replacement) for pattern, replacement in (
    (r"\(Z_userland_instance_t\*(?: instance)?\)", "(void)"),
    (r"\(Z_userland_instance_t\*(?: instance)?, ", "("),
    (r"\b(w2c_\w+)\(instance(?:, )?", r"\1("),
    (r"\(\*Z_(?:env|sys)Z_(invoke_\w+)\)\(instance->Z_\w+_instance(?:, )?", r"\1("),
    (r"\(\*Z_sysZ_(\w+)\)\(instance->Z_sys_instance(?:, )?", r"sys_\1("),
    (r"&instance->w2c_memory, ", ""),
    (r"instance->w2c___stack_pointer\b", "userland_stack_pointer"),
    (r"CALL_INDIRECT\(instance->w2c___indirect_function_table, (\w+) \(\*\)\(void\*(?:, )?",
     r"CALL_INDIRECT(\1 (*)("),
    (r", instance->w2c___indirect_function_table\.data\[\w+\]\.module_instance", ""),
)]


def between(text, start, end):
    """The text from `start` up to `end`, both of which must be there."""
    try:
        first = text.index(start)
        return text[first:text.index(end, first)]
    except ValueError:
        raise BuildError(f"wasm2c's output has no {start!r} … {end!r}") from None


def one(pattern, text):
    match = re.search(pattern, text, re.MULTILINE)
    if not match:
        raise BuildError(f"wasm2c's output has nothing like {pattern}")
    return match


def rewrite(text):
    for pattern, replacement in REWRITES:
        text = pattern.sub(replacement, text)
    if re.search(r"\binstance\b|\bZ_\w+", text):
        raise BuildError("wasm2c's output mentions an instance in an unknown way")
    return text


class Native:
    def __init__(self, steps, work, module, origin):
        self.steps = steps
        self.work = f"{work}/native"
        self.module = module
        self.origin = origin

    def translate(self):
        os.makedirs(self.work)
        whole = f"{self.work}/wasm2c.c"
        self.steps.run(["wasm2c", self.module, "-n", "userland", "-o", whole])
        with open(whole, encoding="utf-8") as f:
            text = f.read()
        with open(f"{self.work}/wasm2c.h", encoding="utf-8") as f:
            header = f.read()
        types = geninvoke.function_types(text)
        functions = list(FUNCTION.finditer(text))
        if len(functions) != len(PROTOTYPE.findall(text)):
            raise BuildError("wasm2c's output has functions of an unknown form")
        self._write("module.h", self._module_header(text, header, functions))
        self._write("module.c", self._module_data(text))
        self._write("userland-invoke.c", geninvoke.trampolines(header, types))
        shutil.copy(f"{HERE}/natives.c", self.work)
        with open(f"{HERE}/natives.c", encoding="utf-8") as f:
            natives = set(re.findall(r"^(w2c_\w+)\(", f.read(), re.MULTILINE))
        self._write_parts([m.group(0) for m in functions if m.group("name") not in natives])

    def _write(self, name, text):
        with open(f"{self.work}/{name}", "w", encoding="utf-8") as f:
            f.write(text)

    def _module_header(self, text, header, functions):
        """Arithmetic of wasm2c, prototypes of all functions."""
        arithmetic = between(text, "DEFINE_LOAD(i32_load, ", "static inline void memory_fill")
        imports = rewrite(re.sub(
            r"^(\w+) Z_(?:env|sys)Z_(invoke_\w+)\(struct \w+\*(?:, )?", r"\1 \2(",
            "\n".join(re.findall(r"^\w+ Z_envZ_invoke_\w+\(.*;$", header, re.MULTILINE)),
            flags=re.MULTILINE))
        prototypes = rewrite("".join(f"{m.group(1)};\n" for m in functions))
        size = one(r"allocate_funcref_table\(.*, (\d+), \d+\);", text).group(1)
        return (f'#pragma once\n#define TABLE_SIZE {size}u\n#include "generated.h"\n'
                f"{arithmetic}{imports}\n{prototypes}")

    def _module_data(self, text):
        """Memory contents, the function table, and the entries of userland.h."""
        segments = []
        data = []
        for address, name, size in re.findall(
                r"^  LOAD_DATA\(instance->w2c_memory, (\d+)u, (\w+), (\d+)\);", text, re.MULTILINE):
            data.append(between(text, f"static const u8 {name}[]", "};\n") + "};\n")
            segments.append(f"\t{{{address}u, {size}u, {name}}},\n")
        elements = between(text, "elem_segment_exprs_w2c_e0[] = {\n", "};\n").split("\n", 1)[1]
        table = re.sub(r"\{(\d+), (.*), 0\}", lambda m: f"{{{int(m[1]) + 1}, {m[2]}}}", elements)
        first = one(r"funcref_table_init\(.*, \d+, (\d+)u, 0, \d+, instance", text).group(1)
        pages = one(r"wasm_rt_allocate_memory\(.*, (\d+), \d+\);", text).group(1)
        stack = one(r"^  instance->w2c___stack_pointer = (\d+)u;", text).group(1)
        aligned = "__attribute__((aligned(4096))) static const u8"
        with open(f"{HERE}/module.c.in", encoding="utf-8") as f:
            template = f.read()
        return (template
                .replace("@DATA@", "".join(data).replace("static const u8", aligned))
                .replace("@SEGMENTS@", "".join(segments))
                .replace("@ORIGIN@", self.origin)
                .replace("@PAGES@", pages).replace("@STACK@", stack)
                .replace("@FIRST@", first).replace("@TABLE@", table))

    def _write_parts(self, functions):
        """Consecutive functions stay together; the parts are of about the same length."""
        limit = sum(map(len, functions)) / PARTS
        parts = [[]]
        length = 0
        for function in functions:
            if length > limit * len(parts):
                parts.append([])
            parts[-1].append(rewrite(function.removeprefix("static ")))
            length += len(function)
        for number, part in enumerate(parts):
            self._write(f"part{number}.c", '#include "module.h"\n' + "".join(part))
        self.sources = ["module.c", "natives.c", *(f"part{n}.c" for n in range(len(parts)))]

    def compile(self):
        objects = [f"{self.work}/{source[:-2]}.o" for source in self.sources]
        self.steps.run_all(
            [CC, *CFLAGS, "-c", f"{self.work}/{source}", "-o", obj]
            for source, obj in zip(self.sources, objects))
        self.steps.run(["llvm-ar-14", "rcsD", f"{self.work}/libuserland.a", *objects])

    def install(self, directory):
        for name in ("libuserland.a", "userland-invoke.c"):
            shutil.copy(f"{self.work}/{name}", directory)
