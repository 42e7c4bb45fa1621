using ClaudeBot.Sandbox;
using ClaudeBot.Tests.Ledger;

namespace ClaudeBot.Tests.Sandbox;

/// <summary>Both versions of control groups, on folders that look as the kernel's do: a machine has one of them.</summary>
public sealed class ControlGroupTests : IDisposable
{
    private static readonly SandboxLimits Limits = new() { Processes = 200, Memory = 1L << 30 };

    private readonly TemporaryFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Version_2_bounds_processes_memory_and_swap_in_one_group_and_takes_it_away()
    {
        UseVersion2();
        var group = Create("cgroup.procs", "pids.max", "memory.max", "memory.swap.max");

        var folder = group.Folders.ShouldHaveSingleItem();
        Path.GetDirectoryName(folder).ShouldBe(_root.Path);
        Read(folder, "pids.max").ShouldBe("200");
        Read(folder, "memory.max").ShouldBe("1073741824");
        Read(folder, "memory.swap.max").ShouldBe("0");

        Empty(folder);
        await group.DisposeAsync();
        Directory.Exists(folder).ShouldBeFalse();
    }

    [Fact]
    public void Version_2_without_accounting_of_swap_bounds_the_rest()
    {
        UseVersion2();

        Read(Create("cgroup.procs", "pids.max", "memory.max").Folders.ShouldHaveSingleItem(), "pids.max").ShouldBe("200");
    }

    [Fact]
    public void Version_2_where_this_process_may_hand_out_no_controller_makes_no_group()
    {
        UseVersion2();
        // As in a container whose processes stand in the group itself.
        File.Delete(Path.Combine(_root.Path, "cgroup.subtree_control"));

        Create("cgroup.procs", "pids.max").Folders.ShouldBeEmpty();
        Directory.GetDirectories(_root.Path).ShouldBeEmpty();
    }

    [Fact]
    public void Version_1_makes_a_group_for_each_of_its_controllers()
    {
        Directory.CreateDirectory(Path.Combine(_root.Path, "pids"));
        Directory.CreateDirectory(Path.Combine(_root.Path, "memory"));

        var group = Create("cgroup.procs", "pids.max", "memory.limit_in_bytes");

        group.Folders.Select(Path.GetDirectoryName).ShouldBe([Path.Combine(_root.Path, "pids"), Path.Combine(_root.Path, "memory")]);
        Read(group.Folders[0], "pids.max").ShouldBe("200");
        Read(group.Folders[1], "memory.limit_in_bytes").ShouldBe("1073741824");
    }

    [Fact]
    public void A_folder_that_the_kernel_makes_no_group_of_is_none_and_goes()
    {
        UseVersion2();

        Create().Folders.ShouldBeEmpty();
        Directory.GetDirectories(_root.Path).ShouldBeEmpty();
    }

    [Fact]
    public void Without_control_groups_there_is_no_group() => Create("cgroup.procs").Folders.ShouldBeEmpty();

    private void UseVersion2()
    {
        File.WriteAllText(Path.Combine(_root.Path, "cgroup.controllers"), "cpu memory pids\n");
        File.WriteAllText(Path.Combine(_root.Path, "cgroup.subtree_control"), "");
    }

    private ControlGroup Create(params string[] files) => ControlGroup.Create(Limits, _root.Path, folder =>
    {
        Directory.CreateDirectory(folder);
        foreach (var file in files)
            File.WriteAllText(Path.Combine(folder, file), "");
    });

    private static string Read(string folder, string file) => File.ReadAllText(Path.Combine(folder, file));

    // The kernel's files go with their folder.
    private static void Empty(string folder)
    {
        foreach (var file in Directory.GetFiles(folder))
            File.Delete(file);
    }
}
