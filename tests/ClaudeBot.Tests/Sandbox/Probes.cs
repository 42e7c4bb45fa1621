namespace ClaudeBot.Tests.Sandbox;

/// <summary>
/// What a hostile program tries. Each line of bash says <c>escaped</c> when it got what it wanted. Of the world outside it
/// knows, by its environment, the bot's process (<c>BOT</c>), its data folder (<c>DATA</c>), a mirror that it may read
/// (<c>MIRROR</c>), and where the bot listens (<c>PORT</c>, <c>ABSTRACT</c>, <c>SOCKET</c>). Perl is part of every Debian.
/// </summary>
internal static class Probes
{
    private const string Yes = " && echo escaped";

    /// <summary>Those that get through on a plain machine: they show that the probe can succeed at all.</summary>
    public static readonly IReadOnlyDictionary<string, string> Potent = new Dictionary<string, string>
    {
        ["the bot's environment"] = "grep -aqs 'top-secret[-]canary' /proc/$BOT/environ" + Yes,
        ["anybody's environment"] = "cat /proc/[0-9]*/environ 2> /dev/null | grep -aq 'top-secret[-]canary'" + Yes,
        ["the bot's arguments"] = "[ -r /proc/$BOT/cmdline ]" + Yes,
        ["the bot's root folder"] = "cat /proc/$BOT/root$DATA/ledger.db" + Yes,
        ["the bot's folder"] = "cat /proc/$BOT/cwd/ledger.db" + Yes,
        ["every process's root folder"] = "cat /proc/[0-9]*/root$DATA/ledger.db 2> /dev/null | grep -q top-secret" + Yes,
        ["the ledger"] = "cat $DATA/ledger.db" + Yes,
        ["the ledger by a link"] = "ln -sf $DATA/ledger.db way-out; cat way-out" + Yes,
        ["the ledger by a way up"] = "cat ../../../ledger.db" + Yes,
        ["the ledger by a second name"] = "ln -f $DATA/ledger.db second" + Yes,
        ["the ledger, written"] = "echo x | dd of=$DATA/ledger.db conv=notrunc,nocreat oflag=append" + Yes,
        ["the bot's settings"] = "cat $DATA/bot.env" + Yes,
        ["what the data folder holds"] = "ls $DATA | grep -q ledger" + Yes,
        ["another work tree"] = "cat $DATA/workspaces/other/tree/file" + Yes,
        ["another work tree, written"] = "echo x >> $DATA/workspaces/other/tree/file" + Yes,
        ["another issue's session"] = "cat $DATA/sessions/other/.claude/session.jsonl" + Yes,
        ["another issue's session, written"] = "echo x >> $DATA/sessions/other/.claude/session.jsonl" + Yes,
        ["a mirror, written"] = "echo x >> $MIRROR/object" + Yes,
        ["a mirror, added to"] = "touch $MIRROR/added" + Yes,
        ["a mirror, its mode"] = "chmod u+w $MIRROR/object" + Yes,
        ["a mirror by a second name"] = "ln -f $MIRROR/object hard" + Yes,
        ["a mirror, moved in"] = "cp $MIRROR/object $MIRROR/copy && mv $MIRROR/copy copy" + Yes,
        ["the system's temporary files"] = "[ -e $TEMPORARY ]" + Yes,
        ["a service on the loopback"] = Reaches("127.0.0.1"),
        ["a service on the loopback by its name"] = Reaches("localhost"),
        ["a service on another loopback address"] = Reaches("127.0.0.2"),
        ["a service on any address"] = Reaches("0.0.0.0"),
        ["an abstract socket"] = Socket("pack_sockaddr_un(\"\\0$ENV{ABSTRACT}\")"),
        ["a socket file"] = Socket("pack_sockaddr_un($ENV{SOCKET})"),
        ["who else is there"] = "[ $(ls -d /proc/[0-9]* | wc -l) -gt 12 ]" + Yes,
        ["a signal to the bot"] = "kill -0 $BOT" + Yes,
        ["calls of the kernel without a filter"] = "grep -q '^Seccomp:.0' /proc/self/status" + Yes,
        ["new privileges"] = "grep -q '^NoNewPrivs:.0' /proc/self/status" + Yes,
        ["the machine's name space of networks"] = "[ $(readlink /proc/self/ns/net) = $NETWORK ]" + Yes,
        ["the machine's control groups"] = "[ -d /sys/fs/cgroup ]" + Yes,
        ["the machine's devices"] = "[ -d /sys/class ]" + Yes,
        ["typing into a terminal"] = "perl -e 'my $b = \"x\"; ioctl(STDIN, 0x5412, $b); print \"escaped\" unless $!{EPERM}'",
        ["keys of the session"] = Call(250, 219, "6, -3, 0"),
        ["an io_uring"] = "perl -e 'my $p = \"\\0\" x 120; print \"escaped\" if syscall(425, 1, $p) >= 0 or !$!{EPERM}'",
        ["more processes than allowed"] = "perl -e '$| = 1; my $n = 0; while ($n < 600 and defined(my $p = fork)) { unless ($p) { sleep 100; exit } $n++ } print \"escaped\" if $n >= 600; kill KILL => -getpgrp' ",
        ["more memory than allowed"] = "perl -e '$x = \"a\" x (3 << 29); print \"escaped\"'",
        ["a file larger than allowed"] = "head -c 100M /dev/zero > big; [ $(stat -c %s big) -gt 90000000 ]" + Yes,
        ["a full /tmp"] = "for i in 1 2 3; do head -c 30M /dev/zero > /tmp/claude-bot-$$-$i || break; done; s=$(cat /tmp/claude-bot-$$-* | wc -c); rm /tmp/claude-bot-$$-*; [ $s -gt 80000000 ]" + Yes,
        ["a full /dev/shm"] = "for i in 1 2 3; do head -c 30M /dev/zero > /dev/shm/claude-bot-$$-$i || break; done; s=$(cat /dev/shm/claude-bot-$$-* | wc -c); rm /dev/shm/claude-bot-$$-*; [ $s -gt 80000000 ]" + Yes,
    };

    /// <summary>Those that need a privilege, a network or a kernel that the test's machine may lack.</summary>
    public static readonly IReadOnlyDictionary<string, string> Others = new Dictionary<string, string>
    {
        ["the first process's root folder"] = "cat /proc/1/root$DATA/ledger.db" + Yes,
        ["a capability"] = "! grep -q '^CapEff:.0*$' /proc/self/status" + Yes,
        ["a capability to be had"] = "! grep -q '^CapBnd:.0*$' /proc/self/status" + Yes,
        ["30 GiB"] = "perl -e '$x = \"a\" x (30 << 30); print \"escaped\"'",
        ["the public internet"] = Reaches("1.1.1.1", 443),
        ["the public internet by IPv6"] = "timeout 3 bash -c ': > /dev/tcp/2606:4700:4700::1111/443'" + Yes,
        ["a datagram to a name server"] = "perl -MSocket -e 'socket(S, AF_INET, SOCK_DGRAM, 0); print \"escaped\" if send(S, \"x\", 0, pack_sockaddr_in(53, inet_aton(\"8.8.8.8\")))'",
        ["a name looked up"] = "getent hosts example.com" + Yes,
        ["the machine's metadata"] = Reaches("169.254.169.254", 80),
        ["a network but the loopback"] = "[ $(tail -n +3 /proc/net/dev | grep -cv ' lo:') -gt 0 ]" + Yes,
        ["a way to the outside"] = "[ $(tail -n +2 /proc/net/route | wc -l) -gt 0 ]" + Yes,
        ["a raw socket"] = "perl -MSocket -e 'print \"escaped\" if socket(S, AF_INET, SOCK_RAW, 1)'",
        ["a socket of the kernel's ciphers"] = Family(38),
        ["a socket of packets"] = Family(17),
        ["a socket to the machine under this one"] = Family(40),
        ["a privileged port"] = "perl -MSocket -e 'socket(S, AF_INET, SOCK_STREAM, 0); print \"escaped\" if bind(S, pack_sockaddr_in(81, INADDR_ANY))'",
        ["the docker socket"] = "cat /proc/net/unix | grep -q docker || [ -e /var/run/docker.sock ] || [ -e /run/docker.sock ]" + Yes,
        ["the passwords"] = "cat /etc/shadow | grep ." + Yes,
        ["an account"] = "echo x >> /etc/passwd" + Yes,
        ["a library in every program"] = "echo x >> /etc/ld.so.preload" + Yes,
        ["the machine's git"] = "cp /bin/true /usr/local/bin/git || cp /bin/true /usr/bin/git" + Yes,
        ["a job of the system"] = "touch /etc/cron.d/x || touch /etc/profile.d/x.sh || touch /etc/systemd/system/x.service" + Yes,
        ["people's folders"] = "ls -A /root/. /home/. /var/. /opt/. /srv/. | grep ." + Yes,
        ["the root folder, written"] = "touch /x || mkdir /y" + Yes,
        ["the doors, written"] = "touch /run/claude-bot/x || rm /run/claude-bot/*" + Yes,
        ["the machine's memory"] = "head -c 1 /dev/mem || head -c 1 /dev/kmem || head -c 1 /proc/kcore" + Yes,
        ["the machine's log"] = "dmesg || head -c 1 /dev/kmsg" + Yes,
        ["virtual machines"] = "[ -e /dev/kvm ] || [ -e /dev/vsock ]" + Yes,
        ["a disk"] = "ls /dev/sd* /dev/vd* /dev/nvme* /dev/xvd* /dev/dm-* /dev/loop*  2> /dev/null | grep ." + Yes,
        ["a device of its own"] = "mknod disk b 8 0 || mknod /dev/disk b 254 0" + Yes,
        ["a mount"] = "mount -t tmpfs none /mnt || mount -t tmpfs none $PWD" + Yes,
        ["a mount over the system"] = "mount --bind $PWD /usr/bin" + Yes,
        ["the system made writable"] = "mount -o remount,rw,bind /usr || mount -o remount,rw /" + Yes,
        ["the mirror made writable"] = "mount -o remount,rw,bind $MIRROR" + Yes,
        ["what is under /proc"] = "umount -l /proc" + Yes,
        ["a root folder of its own"] = "chroot / true" + Yes,
        ["a user name space in this one"] = "unshare --user --map-root-user true" + Yes,
        ["a name space of mounts"] = "unshare --mount true" + Yes,
        ["a name space of networks"] = "unshare --net true" + Yes,
        ["the first process's name spaces"] = "nsenter --target 1 --mount --net --pid true" + Yes,
        ["a setting of the kernel"] = "cat /proc/sys/vm/swappiness > value; cat value > /proc/sys/vm/swappiness" + Yes,
        ["where interrupts go"] = "cat /proc/irq/default_smp_affinity > value; cat value > /proc/irq/default_smp_affinity" + Yes,
        ["anything else of the kernel's that could be written"] = "find /proc -maxdepth 4 -not -path '/proc/[0-9]*' -not -path '/proc/self*' -not -path '/proc/thread-self*' -type f -perm /222 -exec bash -c '( : >> \"$0\" ) 2> /dev/null && echo \"$0\"' {} ';' | grep -v ^/proc/pressure/ | grep ." + Yes,
        ["a program for core dumps"] = "cat /proc/sys/kernel/core_pattern > value; cat value > /proc/sys/kernel/core_pattern" + Yes,
        ["keys to the kernel"] = "( : >> /proc/sysrq-trigger ) 2> /dev/null" + Yes,
        ["a control group of its own"] = "mkdir /sys/fs/cgroup/x || echo $$ > /sys/fs/cgroup/cgroup.procs || echo $$ > /sys/fs/cgroup/pids/cgroup.procs" + Yes,
        ["safety from the lack of memory"] = "echo -1000 > /proc/self/oom_score_adj" + Yes,
        ["a higher limit of processes"] = "ulimit -Hu 100000 || prlimit --pid $$ --nproc=100000" + Yes,
        ["a higher limit of memory"] = "prlimit --pid $$ --data=unlimited" + Yes,
        ["a better place in the queue"] = "renice -n -10 -p $$ || chrt -f 50 true" + Yes,
        ["another account"] = "perl -e '$< = $> = 12345; print \"escaped\" if $> == 12345'",
        ["the machine's clock"] = "date -s 2001-01-01" + Yes,
        ["the machine's name"] = "hostname x" + Yes,
        ["the bot's memory"] = "head -c 1 /proc/$BOT/mem" + Yes,
        ["the bot, traced"] = Call(101, 117, "16, $ENV{BOT}, 0, 0"),
        ["the bot's memory by a call"] = "perl -e 'my $b = \"\\0\" x 8; my $v = pack(\"PQ\", $b, 8); print \"escaped\" if syscall(310, int($ENV{BOT}), $v, 1, $v, 1, 0) >= 0'",
        ["a program in the kernel"] = Call(321, 280, "0, my $p = \"\\0\" x 72, 72"),
        ["a module in the kernel"] = Call(313, 273, "0, my $p = \"\\0\", 0"),
        ["the machine's counters"] = Call(298, 241, "my $p = \"\\0\" x 128, 0, -1, -1, 0"),
        ["faults of memory"] = Call(323, 282, "1"),
        ["a file by its handle"] = Call(304, 265, "-100, my $p = pack(\"ii\", 8, 1) . \"\\0\" x 8, 0"),
        ["keys of the session by other numbers"] = "perl -e 'print \"escaped\" if syscall(0x40000000 | 250, 6, -3, 0) >= 0'",
        ["a mount by the new calls"] = Call(430, 430, "my $p = \"tmpfs\", 0"),
    };

    private static string Reaches(string host, int? port = null) =>
        $"timeout 3 bash -c ': > /dev/tcp/{host}/{(port is null ? "'$PORT'" : port)}' 2> /dev/null{Yes}";

    private static string Socket(string address) =>
        $"perl -MSocket -e 'socket(S, AF_UNIX, SOCK_STREAM, 0); print \"escaped\" if connect(S, {address})'";

    private static string Family(int family) => $"perl -MSocket -e 'print \"escaped\" if socket(S, {family}, SOCK_RAW, 0) or socket(S, {family}, SOCK_STREAM, 0) or socket(S, {family}, 5, 0)'";

    private static string Call(int onX64, int onArm64, string arguments) =>
        $"perl -e 'my $n = `uname -m` =~ /x86_64/ ? {onX64} : {onArm64}; print \"escaped\" if syscall($n, {arguments}) >= 0'";
}
