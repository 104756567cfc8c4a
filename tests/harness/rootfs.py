"""A root file system of Debian's static BusyBox, as Docker Engine imports it: the same userland on both sides."""
import io
import subprocess
import tarfile

BUSYBOX = '/usr/bin/busybox'
FOLDERS = 'bin sbin usr usr/bin usr/sbin etc proc sys dev root home var'.split()
FILES = {
    'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n',
    'etc/group': 'root:x:0:\nnobody:x:65534:\n',
}
MADE = 1700000000      # when every file was
CHANGES = ['CMD ["sh"]', 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin']


def entry(name, kind, mode, link=''):
    info = tarfile.TarInfo(name)
    info.type, info.mode, info.linkname, info.mtime = kind, mode, link, MADE
    return info


def add_file(archive, name, mode, data):
    info = entry(name, tarfile.REGTYPE, mode)
    info.size = len(data)
    archive.addfile(info, io.BytesIO(data))


def busybox_tar():
    """The tar archive as bytes."""
    out = io.BytesIO()
    applets = subprocess.check_output([BUSYBOX, '--list-full'], text=True).split()
    with tarfile.open(fileobj=out, mode='w') as archive:
        for name in FOLDERS:
            archive.addfile(entry(name, tarfile.DIRTYPE, 0o755))
        archive.addfile(entry('tmp', tarfile.DIRTYPE, 0o1777))
        with open(BUSYBOX, 'rb') as program:
            add_file(archive, 'bin/busybox', 0o755, program.read())
        for path in applets:
            if path != 'bin/busybox':
                archive.addfile(entry(path, tarfile.SYMTYPE, 0o777, '/bin/busybox'))
        for name, text in FILES.items():
            add_file(archive, name, 0o644, text.encode())
    return out.getvalue()
