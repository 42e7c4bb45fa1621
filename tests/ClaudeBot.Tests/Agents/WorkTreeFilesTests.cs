using System.Text;
using System.Text.Json;
using ClaudeBot.Agents;
using ClaudeBot.Processes;
using ClaudeBot.Sandbox;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeBot.Tests.Agents;

/// <summary>The file tools of the built-in agent, against what a hostile work tree has to offer.</summary>
public sealed class WorkTreeFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tools-");
    private readonly ProcessRunner _processes = new(TimeProvider.System);
    private readonly SandboxRunner _sandbox;

    public WorkTreeFilesTests()
    {
        _sandbox = new SandboxRunner(_processes, new SandboxOptions(), NullLogger<SandboxRunner>.Instance);
        _folder.CreateSubdirectory("tree");
        _folder.CreateSubdirectory("home");
    }

    private string Tree => Path.Combine(_folder.FullName, "tree");

    private AgentRequest Request => new()
    {
        TaskId = TaskId.Parse("octo--greeter--issue-1-abc123"),
        WorkTree = Tree,
        Home = Path.Combine(_folder.FullName, "home"),
        Prompt = "",
        Gateway = new GatewayPass(new Uri("http://127.0.0.1:1"), "none"),
        TranscriptPath = "",
        Timeout = TimeSpan.FromMinutes(1),
        StallTimeout = TimeSpan.FromMinutes(1),
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_is_written_read_edited_and_listed_byte_by_byte()
    {
        const string Text = "\ufeffeins\r\nzwölf € 😀\n\tohne Ende";
        await RunAsync("write", ("file_path", "a folder/$(x) file.txt"), ("content", Text));
        File.ReadAllBytes(Path.Combine(Tree, "a folder/$(x) file.txt")).ShouldBe(Encoding.UTF8.GetBytes(Text));
        (await RunAsync("read", ("file_path", "a folder/$(x) file.txt"))).ShouldBe(Text);

        await RunAsync("edit", ("file_path", "a folder/$(x) file.txt"), ("old_string", "zwölf"), ("new_string", "elf"));
        File.ReadAllBytes(Path.Combine(Tree, "a folder/$(x) file.txt")).ShouldBe(Encoding.UTF8.GetBytes(Text.Replace("zwölf", "elf")));

        File.WriteAllText(Path.Combine(Tree, ".hidden"), "");
        (await RunAsync("list", ("path", "."))).ShouldBe(".hidden\na folder/");
    }

    [Fact]
    public async Task An_edit_keeps_the_files_mode()
    {
        var file = Path.Combine(Tree, "run.sh");
        File.WriteAllText(file, "echo 1\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        await RunAsync("edit", ("file_path", "run.sh"), ("old_string", "1"), ("new_string", "2"));

        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public async Task A_pipe_is_neither_read_nor_written_and_nobody_waits_for_it()
    {
        await MakeAsync("mkfifo pipe");

        foreach (var (tool, more) in new[] { ("read", ""), ("write", "content"), ("edit", "content") })
        {
            var fault = await Should.ThrowAsync<ToolException>(() => RunAsync(tool, ("file_path", "pipe"), ("content", more), ("old_string", "a"), ("new_string", "b")));
            fault.Message.ShouldContain("no regular file");
        }
    }

    [Fact]
    public async Task A_huge_file_is_read_from_its_beginning_only_and_is_not_edited()
    {
        await MakeAsync("truncate -s 20G sparse; printf 'é%.0s' $(seq 70000) > long");

        (await RunAsync("read", ("file_path", "long"))).ShouldBe(new string('é', 30_000) + "\n… (cut)");
        (await Should.ThrowAsync<ToolException>(() => RunAsync("read", ("file_path", "sparse")))).Message.ShouldContain("no text");
        (await Should.ThrowAsync<ToolException>(() => RunAsync("edit", ("file_path", "sparse"), ("old_string", "a"), ("new_string", "b")))).Message.ShouldContain("more than");
    }

    [Fact]
    public async Task What_is_no_text_in_utf8_is_not_read_and_never_edited_into_something_else()
    {
        var file = Path.Combine(Tree, "latin1.txt");
        File.WriteAllBytes(file, [.. "stra"u8, 0xDF, .. "e\n"u8]);

        (await Should.ThrowAsync<ToolException>(() => RunAsync("edit", ("file_path", "latin1.txt"), ("old_string", "stra"), ("new_string", "x")))).Message.ShouldContain("no text");
        File.ReadAllBytes(file).Length.ShouldBe(7);
    }

    [Fact]
    public async Task A_link_leads_nowhere_even_when_it_is_put_there_after_the_look_at_the_path()
    {
        var outside = Path.Combine(_folder.FullName, "secret.txt");
        File.WriteAllText(outside, "the host's secret");
        File.CreateSymbolicLink(Path.Combine(Tree, "link"), outside);
        (await Should.ThrowAsync<ToolException>(() => RunAsync("read", ("file_path", "link")))).Message.ShouldContain("symbolic link");

        var files = new WorkTreeFiles(Request, new AgentOptions().SearchPath, _sandbox);
        var link = Path.Combine(Tree, "link");
        await Should.ThrowAsync<ToolException>(() => files.ReadAsync(link, 100, Token));
        // It goes to a file of that name in the sandbox's own file system, which ends with it.
        await files.WriteAsync(link, "mine", Token);
        File.ReadAllText(outside).ShouldBe("the host's secret");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private Task<string> RunAsync(string tool, params (string Name, string Value)[] input) =>
        new ApiTools(Request, new AgentOptions().SearchPath, _sandbox).RunAsync(tool, input.ToDictionary(pair => pair.Name, pair => JsonSerializer.SerializeToElement(pair.Value)), Token);

    private async Task MakeAsync(string script)
    {
        var made = await _processes.RunAsync(
            new ProcessRequest { Program = "bash", Arguments = ["-ec", script], WorkingDirectory = Tree, Environment = new Dictionary<string, string> { ["PATH"] = new AgentOptions().SearchPath } }, Token);
        made.Succeeded.ShouldBeTrue(made.Error);
    }
}
