"""TCP and UDP inside one container, without network privileges."""
import os
import socket
import tempfile

import box
from harness import check

HTTPD = '''echo 127.0.0.1 localhost > /etc/hosts; mkdir -p /www; echo served > /www/f; seq 1 200000 > /www/big
    httpd -p 8080 -h /www
    '''


def test_http():
    at = box.fresh_root()
    result = box.sh(HTTPD + '''for host in 127.0.0.1 127.9.9.9 localhost "[::1]"
        do wget -q -O - http://$host:8080/f; done
        wget -q -O - http://127.0.0.1:8080/big | cmp - /www/big && echo whole''', at=at)
    check.equal((result.out, result.err), ('served\n' * 4 + 'whole\n', ''))


def test_many_connections():
    result = box.sh(HTTPD + 'for i in $(seq 1 100); do wget -q -O - http://127.0.0.1:8080/f & done | sort | uniq -c; '
                            'wait', at=box.fresh_root())
    check.equal((result.out.split(), result.err), (['100', 'served'], ''))


def test_nc_both_ways():
    box.prints('''(echo from server | nc -l -p 900 > /tmp/got) & until netstat -tln | grep -q :900; do :; done
        echo from client | nc 127.0.0.1 900; wait; cat /tmp/got''', 'from server\nfrom client\n', at=box.fresh_root())


def test_refused_unreachable_in_use():
    at = box.fresh_root()
    check.contains(box.sh('telnet 127.0.0.1 81', at=at).err, 'Connection refused')
    check.contains(box.sh('telnet 10.1.2.3 81', at=at).err, 'Network unreachable')
    check.contains(box.sh('telnet 8.8.8.8 53', at=at).err, 'Network unreachable')
    check.contains(box.sh('nc -l -p 80 -s 10.1.2.3', at=at).err, 'not available')
    check.contains(box.sh('httpd -p 8080; httpd -p 8080', at=at).err, 'in use')
    check.contains(box.sh('httpd -p 127.0.0.1:8080; httpd -p 8080', at=at).err, 'in use')
    check.contains(box.sh('httpd -p 8080; httpd -p 127.0.0.1:8080', at=at).err, 'in use')
    check.equal(box.sh('httpd -p 8080; httpd -p 8081; echo $?', at=at).out, '0\n')


def test_port_is_free_when_the_server_is_gone():
    for flags in ([], ['--net', tempfile.mkdtemp(prefix='net-')]):
        box.prints('''for i in 1 2 3; do (echo $i | nc -l -p 900) & until netstat -tln | grep -q :900; do :; done
            nc 127.0.0.1 900 </dev/null; wait; done; nc -l -p 900 & kill -9 $!; wait 2>/dev/null; httpd -p 900
            echo $?''', '1\n2\n3\n0\n',
                   at=box.fresh_root(), flags=flags)


def test_udp():
    box.prints('''nc -u -l -p 500 > /tmp/got 2>/dev/null & until netstat -uln | grep -q :500; do :; done
        echo datagram | nc -u -w 1 127.0.0.1 500; until [ -s /tmp/got ]; do :; done; kill $!
        cat /tmp/got''', 'datagram\n', at=box.fresh_root())


def test_addresses():
    result = box.sh('''tcpsvd 127.0.0.1 700 env > /tmp/log 2>&1 & until netstat -tln | grep -q :700; do :; done
        nc 127.0.0.1 700 </dev/null | grep -e ^TCP | sort''', at=box.fresh_root()).out
    lines = dict(line.split('=', 1) for line in result.split())
    check.equal(lines.get('TCPLOCALADDR'), '127.0.0.1:700')
    host, _, port = lines.get('TCPREMOTEADDR', '').partition(':')
    check.equal(host, '127.0.0.1')
    check.that(32768 <= int(port) < 61000, f'port {port}')


def test_netstat():
    out = box.sh('httpd -p 8080; '
                 'nc -l -p 900 & nc -u -l -p 500 & until netstat -an | grep -q :500 && netstat -an | grep -q :900; '
                 'do :; done; netstat -ltunp').out
    check.contains(out, ':::8080')
    check.contains(out, '/httpd')
    check.contains(out, ':900 ')
    check.contains(out, ':500 ')


def test_interfaces():
    out = box.sh('ifconfig; route -n').out
    for part in ('lo ', 'inet addr:127.0.0.1  Mask:255.0.0.0', 'UP LOOPBACK RUNNING', 'Destination'):
        check.contains(out, part)
    check.contains(box.sh('ifconfig lo down').err, 'not permitted')


def test_privileged_kinds_are_refused():
    check.contains(box.sh('ping -c 1 127.0.0.1').err, 'permission denied')
    check.contains(box.sh('ip addr').err, 'Address family not supported')


def test_containers_do_not_hear_each_other():
    with box.Box() as one:
        one.start('httpd', '-f', '-p', '8080')
        one.exec('sh', '-c', 'until netstat -tln | grep -q :8080; do :; done')
        check.contains(box.sh('telnet 127.0.0.1 8080').err, 'Connection refused')


def test_the_host_is_not_reached():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        s.listen()
        check.contains(box.sh(f'telnet 127.0.0.1 {s.getsockname()[1]}').err, 'Connection refused')


def test_net_directory():
    """What listens can be connected to by name from outside, as the daemon will for published ports."""
    net = tempfile.mkdtemp(prefix='net-')
    with box.Box('--net', net) as b:
        b.start('tcpsvd', '0.0.0.0', '80', 'cat')
        b.exec('sh', '-c', 'until netstat -tln | grep -q :80; do :; done')
        check.equal(os.listdir(f'{net}/tcp'), ['0.0.0.0:80'])
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(f'{net}/tcp/0.0.0.0:80')
            s.sendall(b'ping')
            check.equal(s.recv(10), b'ping')
        check.equal(b.exec('sh', '-c', 'echo inside | nc 127.0.0.1 80')[1], 'inside\n')
