"""The system calls that a stranger's program may not make, as a filter in the kernel's form (classic BPF).

Namespaces hide most of the machine, and this the rest: kernel keyrings, mounts and where they come from
(statmount), sockets (some lead to the host of a virtual machine, and the buffers of all are memory that no
watchdog sees), memory that belongs to no process (memfd, System V), tracing, and rarely used parts of the
kernel in which most ways out of a sandbox were found. Processes may talk to each other through pipes.
"""

from __future__ import annotations

import errno
import platform
import struct
from collections.abc import Iterator

# Numbers of the calls as the kernel's tables (syscall_64.tbl, asm-generic/unistd.h) have them.
_X86_64 = {
    "socket": 41, "socketpair": 53,
    "ptrace": 101, "syslog": 103, "pivot_root": 155, "acct": 163, "mount": 165, "umount2": 166, "swapon": 167,
    "swapoff": 168, "reboot": 169, "init_module": 175, "delete_module": 176, "quotactl": 179, "shmget": 29,
    "lookup_dcookie": 212, "mq_open": 240, "kexec_load": 246, "add_key": 248, "request_key": 249,
    "keyctl": 250, "unshare": 272, "perf_event_open": 298, "fanotify_init": 300, "name_to_handle_at": 303,
    "open_by_handle_at": 304, "setns": 308, "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312,
    "finit_module": 313, "memfd_create": 319, "kexec_file_load": 320, "bpf": 321, "userfaultfd": 323,
}  # fmt: skip
_AARCH64 = {
    "socket": 198, "socketpair": 199,
    "ptrace": 117, "syslog": 116, "pivot_root": 41, "acct": 89, "mount": 40, "umount2": 39, "swapon": 224,
    "swapoff": 225, "reboot": 142, "init_module": 105, "delete_module": 106, "quotactl": 60, "shmget": 194,
    "lookup_dcookie": 18, "mq_open": 180, "kexec_load": 104, "add_key": 217, "request_key": 218,
    "keyctl": 219, "unshare": 97, "perf_event_open": 241, "fanotify_init": 262, "name_to_handle_at": 264,
    "open_by_handle_at": 265, "setns": 268, "process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272,
    "finit_module": 273, "memfd_create": 279, "kexec_file_load": 294, "bpf": 280, "userfaultfd": 282,
}  # fmt: skip
_EVERYWHERE = {
    "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "open_tree": 428,
    "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433, "pidfd_getfd": 438,
    "mount_setattr": 442, "quotactl_fd": 443, "memfd_secret": 447, "statmount": 457, "listmount": 458,
}  # fmt: skip
_FIRST_UNKNOWN = 463  # calls that came after this table was made do not exist in there

# The kernel's name of the processor, and its own calls.
_PROCESSORS = {"x86_64": (0xC000003E, _X86_64), "aarch64": (0xC00000B7, _AARCH64)}

_NUMBER, _PROCESSOR = 0, 4  # offsets in struct seccomp_data
_LOAD, _RETURN, _IF_EQUAL, _IF_AT_LEAST = 0x20, 0x06, 0x15, 0x35
_ALLOW, _ERROR, _KILL = 0x7FFF0000, 0x00050000, 0x80000000


def is_known_processor() -> bool:
    """Whether there is a filter for this machine."""
    return platform.machine() in _PROCESSORS


def filter_program() -> bytes:
    """The filter for this machine, as bubblewrap's --seccomp takes it; KeyError where there is none."""
    processor, own = _PROCESSORS[platform.machine()]
    numbers = sorted({*own.values(), *_EVERYWHERE.values()})
    return b"".join(struct.pack("<HBBI", *step) for step in _steps(processor, numbers))


def _steps(processor: int, refused: list[int]) -> Iterator[tuple[int, int, int, int]]:
    """Instructions as (operation, steps to skip if so, steps to skip if not, value)."""
    yield _LOAD, 0, 0, _PROCESSOR
    yield _IF_EQUAL, 1, 0, processor
    yield _RETURN, 0, 0, _KILL
    yield _LOAD, 0, 0, _NUMBER
    yield _IF_AT_LEAST, 0, 1, _FIRST_UNKNOWN
    yield _RETURN, 0, 0, _ERROR | errno.ENOSYS
    for number in refused:
        yield _IF_EQUAL, 0, 1, number
        yield _RETURN, 0, 0, _ERROR | errno.EPERM
    yield _RETURN, 0, 0, _ALLOW
