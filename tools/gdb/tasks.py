"""gdb commands for the tasks of src/task.

    (gdb) source tools/gdb/tasks.py
    (gdb) tasks         lists all tasks: number, state, name, what they wait for
    (gdb) task-bt 3     the back-trace of a task that waits
    (gdb) task-bt all

A waiting task's registers are in the jmp_buf of its fiber.  glibc stores the stack pointer, frame
pointer and program counter there mangled with the thread's pointer guard (sysdeps/x86_64/
jmpbuf-offsets.h and pointer_guard.h in its source).  task-bt sets the registers for the length of a
back-trace, so it needs a live process, not a core file; x86-64 only.
"""

import gdb

# The order of the words in glibc's x86-64 jmp_buf; the last three registers after rbx are mangled.
JMPBUF = ["rbx", "rbp", "r12", "r13", "r14", "r15", "rsp", "rip"]
MANGLED = {"rbp", "rsp", "rip"}
GUARD_OFFSET = 0x30  # of the pointer guard in the thread's control block
MASK = (1 << 64) - 1


def all_tasks():
    head = gdb.parse_and_eval("all_tasks")
    task_type = gdb.lookup_type("struct task")
    offset = next(f.bitpos // 8 for f in task_type.fields() if f.name == "all")
    link = head["next"]
    while link != head.address:
        yield (link.cast(gdb.lookup_type("char").pointer()) - offset).cast(task_type.pointer())
        link = link["next"]


def demangle(word, guard):
    return ((word >> 0x11 | word << (64 - 0x11)) & MASK) ^ guard


def saved_registers(task):
    guard = int(gdb.parse_and_eval("*(unsigned long *)($fs_base + %d)" % GUARD_OFFSET))
    words = task["fiber"]["context"]["env"][0]["__jmpbuf"]
    registers = {}
    for i, name in enumerate(JMPBUF):
        word = int(words[i]) & MASK
        registers[name] = demangle(word, guard) if name in MANGLED else word
    return registers


def describe(number, task):
    state = str(task["state"]).replace("TASK_", "").lower()
    line = "%4d  %-8s %s" % (number, state, task["name"].string())
    if state == "waiting":
        line += "  (waits for %s)" % task["waits_for"].string()
    if task["cancelled"]:
        line += "  [cancelled]"
    return line


def back_trace(task):
    if not task["fiber"]:
        print("      it has not begun")
        return
    if str(task["state"]) == "TASK_RUNNING":
        gdb.execute("bt")
        return
    frame = gdb.selected_frame()
    gdb.newest_frame().select()
    before = {name: int(gdb.parse_and_eval("(unsigned long)$" + name)) for name in JMPBUF}
    try:
        for name, value in saved_registers(task).items():
            gdb.execute("set $%s = %d" % (name, value))
        gdb.execute("bt")
    finally:
        gdb.newest_frame().select()
        for name, value in before.items():
            gdb.execute("set $%s = %d" % (name, value))
        frame.select()


class Tasks(gdb.Command):
    """List all tasks."""

    def __init__(self):
        super().__init__("tasks", gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        for number, task in enumerate(all_tasks(), 1):
            print(describe(number, task))


class TaskBackTrace(gdb.Command):
    """Print the back-trace of task N (see `tasks`), or of all."""

    def __init__(self):
        super().__init__("task-bt", gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        found = False
        for number, task in enumerate(all_tasks(), 1):
            if argument in ("all", str(number)):
                found = True
                print(describe(number, task))
                back_trace(task)
        if not found:
            raise gdb.GdbError("task-bt: give the number of a task, or all")


Tasks()
TaskBackTrace()
