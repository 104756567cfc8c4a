#include "sandbox/memory.h"

#include "sandbox/host.h"
#include "sandbox/process.h"
#include "sandbox/signal.h"
#include "sandbox/syscall.h"
#include "sandbox/userland/userland.h"

#include "base/error.h"
#include "base/scope.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/syscall.h>

#define SIGNAL_STACK_BYTES 65536u
#define IMAGE_MAP_MIN 16384u /* shorter segments are copied */

static int image_fd = -1; /* our own executable, which has the module's data */
static uint32_t break_start, break_now;
static struct program program;

static uint32_t
page_up(uint32_t n)
{
	return (n + GUEST_PAGE - 1) & ~(GUEST_PAGE - 1);
}

/* ---- the image ---- */

/* Where in our executable's file an address of ours lies, or -1. */
static off_t
file_offset(const void *address, size_t n)
{
	const ElfW(Phdr) *header = (const void *)getauxval(AT_PHDR);
	uintptr_t a = (uintptr_t)address;

	for (unsigned long i = getauxval(AT_PHNUM); i > 0; i--, header++)
		if (header->p_type == PT_LOAD && a >= header->p_vaddr &&
			a + n <= header->p_vaddr + header->p_filesz)
			return (off_t)(a - header->p_vaddr + header->p_offset);
	return -1;
}

/* Whole pages are mapped: they cost memory only when the guest writes to them. */
static void
place_segment(const struct userland_segment *segment)
{
	uint8_t *to = guest_memory + segment->address;
	size_t mapped = segment->size & ~(size_t)(GUEST_PAGE - 1);
	off_t at = file_offset(segment->bytes, segment->size);

	if (mapped < IMAGE_MAP_MIN || at < 0 || (at | segment->address) & (GUEST_PAGE - 1) ||
		mmap(to, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, image_fd, at) ==
			MAP_FAILED)
		mapped = 0;
	memcpy(to + mapped, segment->bytes + mapped, segment->size - mapped);
}

static void
load_image(void)
{
	uint32_t size = userland_pages * USERLAND_PAGE;

	bug_if(mprotect(guest_memory, GUEST_PAGE, PROT_READ) != 0);
	bug_if(mprotect(guest_memory + GUEST_PAGE, size - GUEST_PAGE, PROT_READ | PROT_WRITE) != 0);
	for (u32 i = 0; i < userland_segment_count; i++)
		place_segment(&userland_segments[i]);
	userland_stack_pointer = userland_stack_top;
	break_start = break_now = size;
}

static void *
reserve(void *at, size_t n)
{
	return mmap(at, n, PROT_NONE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | (at ? MAP_FIXED : 0), -1, 0);
}

int
memory_setup(void)
{
	scoped_fd int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	image_fd = host_fd_keep(take_fd(fd));
	if (image_fd < 0)
		return image_fd;
	guest_memory = reserve(NULL, USERLAND_RESERVE);
	if (guest_memory == MAP_FAILED)
		return -errno;
	load_image();
	userland_set_memory(guest_memory);
	return 0;
}

/* ---- what is mapped above MAP_FLOOR: a bit for each page ---- */

#define MAP_PAGES ((uint32_t)((GUEST_MEMORY_BYTES - MAP_FLOOR) / GUEST_PAGE))
/* The last page stays free, so that no address is one past the end of the memory. */
#define MAP_TOP (MAP_PAGES - 1)

static uint64_t map_used[MAP_PAGES / 64];
static uint32_t map_lowest = MAP_PAGES; /* no page below is used */

static bool
map_page_used(uint32_t page)
{
	return map_used[page / 64] >> (page % 64) & 1;
}

/* The number of pages whose state changed. */
static uint32_t
map_mark(uint32_t page, uint32_t n, bool used)
{
	uint32_t changed = 0;

	for (uint32_t i = page; i < page + n; i++)
		if (map_page_used(i) != used) {
			map_used[i / 64] ^= 1ull << (i % 64);
			changed++;
		}
	if (used && page < map_lowest)
		map_lowest = page;
	return changed;
}

static void
map_clear(void)
{
	if (map_lowest < MAP_PAGES)
		memset(map_used + map_lowest / 64, 0,
			sizeof map_used - map_lowest / 64 * sizeof map_used[0]);
	map_lowest = MAP_PAGES;
}

/* The highest run of n free pages; MAP_PAGES if there is none. */
static uint32_t
map_find(uint32_t n)
{
	uint32_t run = 0;

	for (uint32_t i = MAP_TOP; i-- > 0;) {
		if (run == 0 && i % 64 == 63 && map_used[i / 64] == UINT64_MAX) {
			i -= 63;
			continue;
		}
		run = map_page_used(i) ? 0 : run + 1;
		if (run == n)
			return i;
	}
	return MAP_PAGES;
}

/* ---- how much may be mapped ---- */

static uint64_t own_limit = UINT64_MAX;

void
memory_set_own_limit(uint64_t bytes)
{
	own_limit = bytes;
}

static int
charge(uint64_t bytes)
{
	uint64_t limit = process_memory_limit(), mine = process_self->memory + bytes;

	if (mine > own_limit || (limit && process_memory_charged() + bytes > limit))
		return -ENOMEM;
	process_self->memory = mine;
	return 0;
}

/* What was inherited by a fork was charged to the parent, so there may be less than is given back. */
static void
uncharge(uint64_t bytes)
{
	uint64_t mine = process_self->memory;

	process_self->memory = mine > bytes ? mine - bytes : 0;
}

/* ---- exec ---- */

void
memory_exec(void)
{
	bug_if(reserve(guest_memory, GUEST_MEMORY_BYTES) == MAP_FAILED);
	map_clear();
	process_self->memory = 0;
	load_image();
}

void
memory_set_program(struct program *p)
{
	program_free(&program);
	program = *p;
	*p = (struct program){0};
}

static uint32_t environment_start, environment_end;

const char *
memory_environment(size_t *ret_size)
{
	*ret_size = environment_end - environment_start;
	return guest_ptr(environment_start);
}

/* Addresses of the strings from *block on, which come one after the other. */
static uint32_t *
lay_out_pointers(uint32_t *vector, uint32_t n, uint32_t *string)
{
	for (uint32_t i = 0; i < n; i++) {
		*vector++ = *string;
		*string += (uint32_t)strlen(guest_ptr(*string)) + 1;
	}
	*vector++ = 0;
	return vector;
}

/*
 * As the kernel does on a new stack: argc, argv, envp, auxiliary vector, strings; above the image, where there is room for
 * more than on the guest's stack.
 */
u32
sys_args(void)
{
	enum { AUXILIARY = 2 * 4, RANDOM = 16 };
	uint32_t base = break_start, strings, random, end;
	uint32_t words = 1 + program.n_arguments + 1 + program.n_environment + 1 + AUXILIARY;
	uint32_t *v = guest_ptr(base);

	random = base + words * (uint32_t)sizeof *v;
	strings = random + RANDOM;
	end = page_up(strings + (uint32_t)program.used + SIGNAL_STACK_BYTES);
	bug_if(mprotect(v, end - base, PROT_READ | PROT_WRITE) != 0);
	bug_if(getrandom(guest_memory + random, RANDOM, GRND_NONBLOCK) < 0 && errno != EAGAIN);
	signal_stack(strings + (uint32_t)program.used, end);
	memcpy(guest_ptr(strings), program.block, program.used);
	/* The guest's memory is not at 0: NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
	*v++ = program.n_arguments;
	v = lay_out_pointers(v, program.n_arguments, &strings);
	environment_start = strings;
	v = lay_out_pointers(v, program.n_environment, &strings);
	environment_end = strings;
	memcpy(v,
		(const uint32_t[AUXILIARY]){
			AT_PAGESZ, GUEST_PAGE, AT_CLKTCK, 100, AT_RANDOM, random, AT_NULL, 0},
		AUXILIARY * sizeof *v);
	break_start = break_now = end;
	program_free(&program);
	return base;
}

/* ---- system calls ---- */

static int64_t
call_brk(const uint64_t *a)
{
	uint32_t wanted = (uint32_t)a[0], old = page_up(break_now), new;

	if (wanted < break_start || wanted > MAP_FLOOR - GUEST_PAGE)
		return break_now;
	new = page_up(wanted);
	if (new > old) {
		if (charge(new - old) != 0)
			return break_now;
		if (mprotect(guest_memory + old, new - old, PROT_READ | PROT_WRITE) != 0) {
			uncharge(new - old);
			return break_now;
		}
	} else if (new < old) {
		reserve(guest_memory + new, old - new);
		uncharge(old - new);
	}
	break_now = wanted;
	return break_now;
}

static int
native_protection(uint64_t guest)
{
	return (int)guest & (PROT_READ | PROT_WRITE);
}

static int64_t
call_mmap(const uint64_t *a)
{
	uint32_t length = (uint32_t)a[1], n, page;
	int flags = (int)a[3], fd = (int)a[4];
	void *at;

	if (length == 0 || flags & MAP_FIXED)
		return length == 0 ? -EINVAL : -ENOMEM;
	if (!(flags & MAP_ANONYMOUS) && !guest_fd_ok(fd))
		return -EBADF;
	if (length > MAP_TOP * GUEST_PAGE)
		return -ENOMEM;
	n = page_up(length) / GUEST_PAGE;
	page = map_find(n);
	if (page == MAP_PAGES || charge((uint64_t)n * GUEST_PAGE) != 0)
		return -ENOMEM;
	at = guest_memory + MAP_FLOOR + (size_t)page * GUEST_PAGE;
	flags = (flags & (MAP_SHARED | MAP_PRIVATE | MAP_ANONYMOUS)) | MAP_FIXED;
	if (mmap(at, (size_t)n * GUEST_PAGE, native_protection(a[2]), flags, fd, (off_t)a[5]) ==
		MAP_FAILED) {
		int error = errno;

		reserve(at, (size_t)n * GUEST_PAGE);
		uncharge((uint64_t)n * GUEST_PAGE);
		return -error;
	}
	map_mark(page, n, true);
	return (int64_t)MAP_FLOOR + (int64_t)page * GUEST_PAGE;
}

/* The pages of a range of the mmap area: false if it is not one. */
static bool
map_pages(uint64_t address, uint64_t length, uint32_t *ret_page, uint32_t *ret_n)
{
	uint32_t at = (uint32_t)address, bytes = (uint32_t)length;

	if (at % GUEST_PAGE != 0 || bytes == 0 || at < MAP_FLOOR ||
		bytes > GUEST_MEMORY_BYTES - GUEST_PAGE - at)
		return false;
	*ret_page = (at - MAP_FLOOR) / GUEST_PAGE;
	*ret_n = page_up(bytes) / GUEST_PAGE;
	return true;
}

static int64_t
call_munmap(const uint64_t *a)
{
	uint32_t page, n;

	if (!map_pages(a[0], a[1], &page, &n))
		return -EINVAL;
	if (reserve(guest_ptr(a[0]), (size_t)n * GUEST_PAGE) == MAP_FAILED)
		return -errno;
	uncharge((uint64_t)map_mark(page, n, false) * GUEST_PAGE);
	return 0;
}

/* A mapping that grows always moves, which copies no page. */
static int64_t
grow(uint32_t page, uint32_t n, uint32_t new_n)
{
	uint8_t *floor = guest_memory + MAP_FLOOR, *from = floor + (size_t)page * GUEST_PAGE;
	size_t bytes = (size_t)n * GUEST_PAGE, new_bytes = (size_t)new_n * GUEST_PAGE;
	uint32_t target = map_find(new_n);

	if (target == MAP_PAGES || charge(new_bytes - bytes) != 0)
		return -ENOMEM;
	if (mremap(from, bytes, new_bytes, MREMAP_MAYMOVE | MREMAP_FIXED,
		    floor + (size_t)target * GUEST_PAGE) == MAP_FAILED) {
		uncharge(new_bytes - bytes);
		return -ENOMEM;
	}
	bug_if(reserve(from, bytes) == MAP_FAILED);
	map_mark(page, n, false);
	map_mark(target, new_n, true);
	return (int64_t)MAP_FLOOR + (int64_t)target * GUEST_PAGE;
}

static int64_t
call_mremap(const uint64_t *a)
{
	uint32_t page, n, new_page, new_n;

	if (!map_pages(a[0], a[1], &page, &n) || !map_pages(a[0], a[2], &new_page, &new_n))
		return (uint32_t)a[2] > MAP_TOP * GUEST_PAGE ? -ENOMEM : -EINVAL;
	if ((int)a[3] & MREMAP_FIXED)
		return -EINVAL;
	if (new_n > n)
		return (int)a[3] & MREMAP_MAYMOVE ? grow(page, n, new_n) : -ENOMEM;
	if (new_n < n)
		call_munmap((const uint64_t[]){
			a[0] + (uint64_t)new_n * GUEST_PAGE, (uint64_t)(n - new_n) * GUEST_PAGE});
	return (int64_t)(uint32_t)a[0];
}

static int64_t
call_mprotect(const uint64_t *a)
{
	uint32_t at = (uint32_t)a[0];

	if (at < GUEST_PAGE || !guest_range_ok(at, (uint32_t)a[1]))
		return -EINVAL;
	return SYS_RESULT(mprotect(guest_ptr(at), (uint32_t)a[1], native_protection(a[2])));
}

/* Advice is heard only where it gives memory back. */
static int64_t
call_madvise(const uint64_t *a)
{
	uint32_t page, n;
	int advice = (int)a[2];

	if ((advice != MADV_DONTNEED && advice != MADV_FREE) || !map_pages(a[0], a[1], &page, &n))
		return 0;
	return SYS_RESULT(madvise(guest_ptr(a[0]), (size_t)n * GUEST_PAGE, advice));
}

static int64_t
call_msync(const uint64_t *a)
{
	uint32_t page, n;

	if (!map_pages(a[0], a[1], &page, &n))
		return -EINVAL;
	return SYS_RESULT(msync(guest_ptr(a[0]), (size_t)n * GUEST_PAGE, (int)a[2]));
}

const struct syscall memory_calls[] = {
	{SYS_brk, call_brk},
	{SYS_mmap, call_mmap},
	{SYS_munmap, call_munmap},
	{SYS_mremap, call_mremap},
	{SYS_mprotect, call_mprotect},
	{SYS_madvise, call_madvise},
	{SYS_msync, call_msync},
	{0},
};
