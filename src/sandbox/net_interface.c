/* net_interface.c: the network interfaces that ioctls show: the loopback. */
#include "base/attr.h"
#include "base/str.h"
#include "sandbox/host.h"
#include "sandbox/net_socket.h"
#include "sandbox/x32.h"

#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>

struct interface {
	const char *name;
	int index;
	uint32_t address, mask; /* IPv4, host order */
	int mtu;
	short flags;
	uint16_t hardware;
};

static const struct interface interfaces[] = {
	{"lo", 1, INADDR_LOOPBACK, 0xff000000, 65536, IFF_UP | IFF_LOOPBACK | IFF_RUNNING,
		ARPHRD_LOOPBACK},
};

static void
set_address(struct x32_ifreq *r, uint32_t address)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(address)};

	memcpy(&r->address, &in, sizeof(r->address));
}

/* How many fit, or how much room all need. */
static int64_t
list_interfaces(uint64_t argument)
{
	struct x32_ifconf *conf = guest_ptr(argument);
	struct x32_ifreq *out;
	int32_t room, n = 0;

	if (!conf)
		return -EFAULT;
	out = guest_ptr(conf->buf);
	room = conf->len;
	for (size_t i = 0; i < ARRAY_LEN(interfaces); i++) {
		struct x32_ifreq r = {0};

		if (out && room < n + (int32_t)sizeof(r))
			break;
		(void)str_format(r.name, sizeof(r.name), "%s", interfaces[i].name);
		set_address(&r, interfaces[i].address);
		if (out)
			memcpy((uint8_t *)out + n, &r, sizeof(r));
		n += (int32_t)sizeof(r);
	}
	conf->len = n;
	return 0;
}

static const struct interface *
find_interface(const struct x32_ifreq *r, bool by_index)
{
	char name[sizeof(r->name) + 1] = "";

	memcpy(name, r->name, sizeof(r->name));
	for (size_t i = 0; i < ARRAY_LEN(interfaces); i++)
		if (by_index ? interfaces[i].index == r->value : str_eq(interfaces[i].name, name))
			return &interfaces[i];
	return NULL;
}

/* -ENOTTY for requests that are none of ours. */
static int
describe(const struct interface *i, uint32_t request, struct x32_ifreq *r)
{
	switch (request) {
	case SIOCGIFNAME:
		return str_format(r->name, sizeof(r->name), "%s", i->name);
	case SIOCGIFINDEX:
		r->value = i->index;
		return 0;
	case SIOCGIFFLAGS:
		r->flags = i->flags;
		return 0;
	case SIOCGIFMTU:
		r->value = i->mtu;
		return 0;
	case SIOCGIFMETRIC:
	case SIOCGIFTXQLEN:
		r->value = 0;
		return 0;
	case SIOCGIFADDR:
		set_address(r, i->address);
		return 0;
	case SIOCGIFNETMASK:
		set_address(r, i->mask);
		return 0;
	case SIOCGIFDSTADDR:
	case SIOCGIFBRDADDR:
		set_address(r, i->flags & IFF_LOOPBACK ? 0 : i->address | ~i->mask);
		return 0;
	case SIOCGIFHWADDR:
		memset(&r->address, 0, sizeof(r->address));
		r->address.family = i->hardware;
		return 0;
	case SIOCGIFMAP:
		memset(r->pad, 0, sizeof(r->pad));
		return 0;
	}
	return -ENOTTY;
}

int64_t
interface_ioctl(int fd, uint32_t request, uint64_t argument)
{
	const struct interface *i;
	struct net_socket s;
	struct x32_ifreq r;
	int result;

	if (request < SIOCADDRT || request > SIOCPROTOPRIVATE)
		return -ENOTTY;
	s = socket_of(fd);
	if (!s.domain)
		return -ENOTTY;
	if (request == SIOCGIFCONF)
		return list_interfaces(argument);
	if (!guest_ptr(argument))
		return -EFAULT;
	memcpy(&r, guest_ptr(argument), sizeof(r));
	i = find_interface(&r, request == SIOCGIFNAME);
	if (!i)
		return -ENODEV;
	result = describe(i, request, &r);
	if (result == 0)
		memcpy(guest_ptr(argument), &r, sizeof(r));
	return result == -ENOTTY ? -EPERM : result; /* what is left changes something */
}
