using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ClaudeBot.Sandbox;

/// <summary>
/// The calls of the kernel that no build needs and that namespaces do not confine, as a seccomp filter (seccomp(2), and
/// bpf's <c>struct sock_filter</c>): keys of the session, programs in the kernel, mounts, other families of sockets than
/// Unix, internet and netlink (vsock reaches the machine around a virtual one), input typed into a terminal.
/// </summary>
internal static class SystemCallFilter
{
    private const ushort Load = 0x20, JumpIfEqual = 0x15, JumpIfAtLeast = 0x35, Return = 0x06;
    private const uint Allow = 0x7FFF0000, Error = 0x00050000, NotPermitted = Error | 1, NoSuchCall = Error | 38, NoSuchFamily = Error | 97;
    private const uint Number = 0, Machine = 4, FirstArgument = 16, SecondArgument = 24;

    /// <summary>
    /// What is denied, with its numbers on x86-64 and on arm64: the kernel's <c>asm/unistd_64.h</c> and <c>asm-generic/unistd.h</c>. Beside the
    /// obvious: io_uring's sockets pass by any filter.
    /// </summary>
    internal static readonly (string Name, uint OnX64, uint OnArm64)[] Denied =
    [
        ("keyctl", 250, 219), ("add_key", 248, 217), ("request_key", 249, 218), ("bpf", 321, 280), ("perf_event_open", 298, 241), ("userfaultfd", 323, 282), ("kexec_load", 246, 104), ("kexec_file_load", 320, 294),
        ("init_module", 175, 105), ("finit_module", 313, 273), ("delete_module", 176, 106), ("open_by_handle_at", 304, 265),
        ("mount", 165, 40), ("umount2", 166, 39), ("pivot_root", 155, 41), ("setns", 308, 268),
        ("swapon", 167, 224), ("swapoff", 168, 225), ("reboot", 169, 142), ("settimeofday", 164, 170), ("clock_settime", 227, 112),
        ("acct", 163, 89), ("quotactl", 179, 60), ("syslog", 103, 116), ("vhangup", 153, 58),
        ("io_uring_setup", 425, 425), ("open_tree", 428, 428), ("move_mount", 429, 429), ("fsopen", 430, 430),
        ("fsconfig", 431, 431), ("fsmount", 432, 432), ("fspick", 433, 433), ("mount_setattr", 442, 442),
    ];

    /// <summary>What is looked at more closely: the kinds of sockets, and what is done to a terminal.</summary>
    internal static readonly (uint OnX64, uint OnArm64) Socket = (41, 198), Ioctl = (16, 29);

    /// <summary>Null on a machine that it has no numbers for.</summary>
    public static byte[]? Bytes { get; } = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => Build(0xC000003E, Denied.Select(call => call.OnX64), Socket.OnX64, Ioctl.OnX64),
        Architecture.Arm64 => Build(0xC00000B7, Denied.Select(call => call.OnArm64), Socket.OnArm64, Ioctl.OnArm64),
        _ => null,
    };

    private static byte[] Build(uint machine, IEnumerable<uint> denied, uint socket, uint ioctl)
    {
        const uint unix = 1, internet = 2, internet6 = 10, netlink = 16;
        const uint typeIntoTerminal = 0x5412, consoleSelection = 0x541C; // TIOCSTI, TIOCLINUX
        const uint otherAbi = 0x40000000; // x32: the same calls under other numbers
        (ushort Code, byte IfTrue, byte IfFalse, uint Value)[] program =
        [
            (Load, 0, 0, Machine),
            (JumpIfEqual, 1, 0, machine),
            (Return, 0, 0, NoSuchCall),
            (Load, 0, 0, Number),
            (JumpIfAtLeast, 0, 1, otherAbi),
            (Return, 0, 0, NoSuchCall),
            .. denied.SelectMany(call => ((ushort, byte, byte, uint)[])[(JumpIfEqual, 0, 1, call), (Return, 0, 0, NotPermitted)]),
            (JumpIfEqual, 0, 7, socket),
            (Load, 0, 0, FirstArgument),
            (JumpIfEqual, 4, 0, unix),
            (JumpIfEqual, 3, 0, internet),
            (JumpIfEqual, 2, 0, internet6),
            (JumpIfEqual, 1, 0, netlink),
            (Return, 0, 0, NoSuchFamily),
            (Return, 0, 0, Allow),
            (JumpIfEqual, 0, 4, ioctl),
            (Load, 0, 0, SecondArgument),
            (JumpIfEqual, 1, 0, typeIntoTerminal),
            (JumpIfEqual, 0, 1, consoleSelection),
            (Return, 0, 0, NotPermitted),
            (Return, 0, 0, Allow),
        ];

        var bytes = new byte[program.Length * 8];
        for (var i = 0; i < program.Length; i++)
        {
            var at = bytes.AsSpan(i * 8);
            BinaryPrimitives.WriteUInt16LittleEndian(at, program[i].Code);
            at[2] = program[i].IfTrue;
            at[3] = program[i].IfFalse;
            BinaryPrimitives.WriteUInt32LittleEndian(at[4..], program[i].Value);
        }

        return bytes;
    }
}
