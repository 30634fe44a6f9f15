"""A system-call filter: what namespaces do not hide, and what only an escape needs.

A filter is classic BPF over the call's number and arguments (seccomp(2)). Three outcomes:
sockets of any family but AF_UNIX are refused (AF_VSOCK reaches the virtual machine's host past a network
namespace); memory that no limit counts is refused; calls that only an escape makes end the process.
"""

import ctypes
import errno
import platform
import struct
from typing import Final

_PR_SET_SECCOMP: Final = 22
_SECCOMP_MODE_FILTER: Final = 2

_LOAD, _JUMP_EQUAL, _JUMP_GREATER_OR_EQUAL, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW: Final = 0x7FFF0000
_KILL_PROCESS: Final = 0x80000000
_REFUSE: Final = 0x00050000 | errno.EPERM

_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_AF_UNIX: Final = 1
_AF_INET: Final = 2
_X32_CALLS_FROM: Final = 0x40000000

# machine: (audit architecture, socket, refused calls, deadly calls)
_MACHINES: Final[dict[str, tuple[int, int, tuple[int, ...], tuple[int, ...]]]] = {
    "x86_64": (
        0xC000003E,
        41,
        # memfd_create, memfd_secret, shmget, mq_open, io_uring_setup, userfaultfd, perf_event_open
        (319, 447, 29, 240, 425, 323, 298),
        # ptrace, process_vm_readv/writev, mount, umount2, pivot_root, unshare, setns, bpf, kexec_load,
        # kexec_file_load, init_module, finit_module, delete_module, reboot, swapon, swapoff, open_by_handle_at,
        # add_key, request_key, keyctl, fsopen, move_mount, open_tree, pidfd_getfd, iopl, ioperm
        (
            101,
            310,
            311,
            165,
            166,
            155,
            272,
            308,
            321,
            246,
            320,
            175,
            313,
            176,
            169,
            167,
            168,
            304,
            248,
            249,
            250,
            430,
            429,
            428,
            438,
            172,
            173,
        ),
    ),
    "aarch64": (
        0xC00000B7,
        198,
        (279, 447, 194, 180, 425, 282, 241),
        (
            117,
            270,
            271,
            40,
            39,
            41,
            97,
            268,
            280,
            104,
            294,
            105,
            273,
            106,
            142,
            224,
            225,
            265,
            217,
            218,
            219,
            430,
            429,
            428,
            438,
        ),
    ),
}


def install(*, loopback: bool = False) -> bool:
    """Filter this process and all that it will start; say whether the architecture is known.

    With `loopback`, IPv4 sockets stay allowed: the process's network namespace must be an empty one.
    """
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        return False
    families = (_AF_UNIX, _AF_INET) if loopback else (_AF_UNIX,)
    program = b"".join(_program(*machine, families=families))
    buffer = ctypes.create_string_buffer(program, len(program))
    descriptor = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, descriptor, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")
    return True


def _program(
    architecture: int,
    socket_call: int,
    refused: tuple[int, ...],
    deadly: tuple[int, ...],
    *,
    families: tuple[int, ...],
) -> list[bytes]:
    return [
        _step(_LOAD, _ARCHITECTURE_AT),
        _step(_JUMP_EQUAL, architecture, on_true=1),
        _step(_RETURN, _KILL_PROCESS),
        _step(_LOAD, _NUMBER_AT),
        _step(_JUMP_GREATER_OR_EQUAL, _X32_CALLS_FROM, on_false=1),
        _step(_RETURN, _KILL_PROCESS),
        *(step for call in deadly for step in _when(call, _KILL_PROCESS)),
        *(step for call in refused for step in _when(call, _REFUSE)),
        _step(_JUMP_EQUAL, socket_call, on_false=len(families) + 2),
        _step(_LOAD, _FIRST_ARGUMENT_AT),
        *(
            _step(_JUMP_EQUAL, family, on_true=len(families) - place)
            for place, family in enumerate(families)
        ),
        _step(_RETURN, _REFUSE),
        _step(_RETURN, _ALLOW),
    ]


def _when(call: int, outcome: int) -> tuple[bytes, bytes]:
    return _step(_JUMP_EQUAL, call, on_false=1), _step(_RETURN, outcome)


def _step(code: int, value: int, *, on_true: int = 0, on_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, on_true, on_false, value)
