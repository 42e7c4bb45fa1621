using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ClaudeBot.Sandbox;

/// <summary>
/// The calls of the kernel that no build needs and that namespaces do not confine, as a seccomp filter (seccomp(2), and
/// bpf's <c>struct sock_filter</c>): keys of the session, programs in the kernel, mounts, other families of sockets than
/// Unix, internet and netlink (vsock reaches the machine around a virtual one), input typed into a terminal, and user
/// namespaces, in which a process would be root again.
/// </summary>
internal static class SystemCallFilter
{
    private const ushort Load = 0x20, JumpIfEqual = 0x15, JumpIfAtLeast = 0x35, JumpIfAnyBit = 0x45, Return = 0x06;
    private const uint Allow = 0x7FFF0000, Error = 0x00050000, NotPermitted = Error | 1, NoSuchCall = Error | 38, NoSuchFamily = Error | 97;
    private const uint Number = 0, Machine = 4, FirstArgument = 16, SecondArgument = 24;

    // keyctl add_key request_key bpf perf_event_open userfaultfd kexec_load kexec_file_load init_module finit_module
    // delete_module open_by_handle_at mount umount2 pivot_root setns swapon swapoff reboot settimeofday clock_settime acct
    // quotactl syslog vhangup; then alike on all machines: io_uring_setup (its sockets pass by any filter), open_tree
    // move_mount fsopen fsconfig fsmount fspick mount_setattr
    private static readonly uint[] OnX64 = [250, 248, 249, 321, 298, 323, 246, 320, 175, 313, 176, 304, 165, 166, 155, 308, 167, 168, 169, 164, 227, 163, 179, 103, 153];
    private static readonly uint[] OnArm64 = [219, 217, 218, 280, 241, 282, 104, 294, 105, 273, 106, 265, 40, 39, 41, 268, 224, 225, 142, 170, 112, 89, 60, 116, 58];
    private static readonly uint[] OnAll = [425, 428, 429, 430, 431, 432, 433, 442];

    /// <summary>Null on a machine that it has no numbers for.</summary>
    public static byte[]? Bytes { get; } = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => Build(0xC000003E, OnX64, socket: 41, ioctl: 16, clone: 56, unshare: 272),
        Architecture.Arm64 => Build(0xC00000B7, OnArm64, socket: 198, ioctl: 29, clone: 220, unshare: 97),
        _ => null,
    };

    private static byte[] Build(uint machine, uint[] denied, uint socket, uint ioctl, uint clone, uint unshare)
    {
        const uint unix = 1, internet = 2, internet6 = 10, netlink = 16;
        const uint typeIntoTerminal = 0x5412, consoleSelection = 0x541C; // TIOCSTI, TIOCLINUX
        const uint userNamespace = 0x10000000; // CLONE_NEWUSER
        const uint clone3 = 435; // Its flags lie in memory, where no filter sees them; programs take clone instead.
        const uint otherAbi = 0x40000000; // x32: the same calls under other numbers
        (ushort Code, byte IfTrue, byte IfFalse, uint Value)[] program =
        [
            (Load, 0, 0, Machine),
            (JumpIfEqual, 1, 0, machine),
            (Return, 0, 0, NoSuchCall),
            (Load, 0, 0, Number),
            (JumpIfAtLeast, 0, 1, otherAbi),
            (Return, 0, 0, NoSuchCall),
            .. denied.Concat(OnAll).SelectMany(call => ((ushort, byte, byte, uint)[])[(JumpIfEqual, 0, 1, call), (Return, 0, 0, NotPermitted)]),
            (JumpIfEqual, 0, 1, clone3),
            (Return, 0, 0, NoSuchCall),
            (JumpIfEqual, 1, 0, clone),
            (JumpIfEqual, 0, 4, unshare),
            (Load, 0, 0, FirstArgument),
            (JumpIfAnyBit, 0, 1, userNamespace),
            (Return, 0, 0, NotPermitted),
            (Return, 0, 0, Allow),
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
