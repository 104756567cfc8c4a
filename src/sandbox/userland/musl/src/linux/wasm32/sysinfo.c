/* The kernel's structure has 64-bit longs; sizes are told in units that let them fit into ours. */
#include <sys/sysinfo.h>
#include "syscall.h"

struct kernel_sysinfo {
	long long uptime;
	unsigned long long loads[3];
	unsigned long long total_ram, free_ram, shared_ram, buffer_ram, total_swap, free_swap;
	unsigned short processes, pad;
	unsigned long long total_high, free_high;
	unsigned unit;
};

int
__lsysinfo(struct sysinfo *info)
{
	struct kernel_sysinfo k;
	unsigned shift = 0;
	int r = syscall(SYS_sysinfo, &k);

	if (r < 0)
		return r;
	while ((k.total_ram | k.total_swap) >> shift > 0xffffffff)
		shift++;
	info->uptime = (unsigned long)k.uptime;
	for (int i = 0; i < 3; i++)
		info->loads[i] = (unsigned long)k.loads[i];
	info->totalram = (unsigned long)(k.total_ram >> shift);
	info->freeram = (unsigned long)(k.free_ram >> shift);
	info->sharedram = (unsigned long)(k.shared_ram >> shift);
	info->bufferram = (unsigned long)(k.buffer_ram >> shift);
	info->totalswap = (unsigned long)(k.total_swap >> shift);
	info->freeswap = (unsigned long)(k.free_swap >> shift);
	info->procs = k.processes;
	info->totalhigh = (unsigned long)(k.total_high >> shift);
	info->freehigh = (unsigned long)(k.free_high >> shift);
	info->mem_unit = (k.unit ? k.unit : 1) << shift;
	return r;
}

weak_alias(__lsysinfo, sysinfo);
