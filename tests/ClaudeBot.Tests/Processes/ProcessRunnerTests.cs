using System.ComponentModel;
using ClaudeBot.Processes;

namespace ClaudeBot.Tests.Processes;

public sealed class ProcessRunnerTests
{
    private readonly ProcessRunner _runner = new(TimeProvider.System);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Output_errors_and_the_exit_code_are_given()
    {
        var lines = new List<string>();
        var errors = new List<string>();

        var result = await _runner.RunAsync(
            Bash("printf 'one\\ntwo\\r\\nthree'; echo wrong >&2; exit 7") with { OnOutputLine = lines.Add, OnErrorLine = errors.Add },
            Cancellation);

        result.ExitCode.ShouldBe(7);
        result.Succeeded.ShouldBeFalse();
        result.TimedOut.ShouldBeFalse();
        result.Output.ShouldBe("one\ntwo\r\nthree");
        result.Error.ShouldBe("wrong\n");
        lines.ShouldBe(["one", "two", "three"]);
        errors.ShouldBe(["wrong"]);
    }

    [Fact]
    public async Task The_child_sees_only_the_environment_it_was_given()
    {
        var result = await _runner.RunAsync(
            Request("/usr/bin/env") with { Environment = new Dictionary<string, string> { ["ONLY"] = "this" } },
            Cancellation);

        result.Output.ShouldBe("ONLY=this\n");
    }

    [Fact]
    public async Task Arguments_reach_the_program_as_they_are()
    {
        string[] arguments = ["a b", "", "\"'$HOME", "--", "línea\n2"];

        var result = await _runner.RunAsync(Request("printf") with { Arguments = ["[%s]", .. arguments] }, Cancellation);

        result.Output.ShouldBe(string.Concat(arguments.Select(a => $"[{a}]")));
    }

    [Fact]
    public async Task Standard_input_is_given_and_then_closed()
    {
        var text = string.Concat(Enumerable.Repeat("ünïcode line\n", 20_000));

        var result = await _runner.RunAsync(Request("md5sum") with { StandardInput = text }, Cancellation);
        var nothing = await _runner.RunAsync(Request("wc") with { Arguments = ["-c"] }, Cancellation);

        result.Output.ShouldStartWith(Md5(text));
        nothing.Output.Trim().ShouldBe("0");
    }

    [Fact]
    public async Task Input_that_nobody_reads_is_no_fault()
    {
        var result = await _runner.RunAsync(Request("true") with { StandardInput = new string('x', 1_000_000) }, Cancellation);

        result.Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task No_output_is_lost_when_the_child_ends_at_once()
    {
        for (var i = 0; i < 10; i++)
        {
            var count = 0L;
            var result = await _runner.RunAsync(
                Bash("head -c 300000 /dev/zero | tr '\\0' 'x' | fold -w 99; printf end") with { OnOutputLine = line => count += line.Length, KeepCharacters = 4 },
                Cancellation);

            count.ShouldBe(300_003);
            result.Output.ShouldBe("xend");
        }
    }

    [Theory]
    [InlineData("KILL", 137)]
    [InlineData("TERM", 143)]
    public async Task A_child_ended_by_a_signal_gives_128_and_its_number(string signal, int expected)
    {
        var result = await _runner.RunAsync(Bash($"kill -{signal} $$"), Cancellation);

        result.ExitCode.ShouldBe(expected);
    }

    [Fact]
    public async Task A_missing_program_is_named()
    {
        var byName = await Should.ThrowAsync<Win32Exception>(() => _runner.RunAsync(Request("no-such-program"), Cancellation));
        var byPath = await Should.ThrowAsync<Win32Exception>(() => _runner.RunAsync(Request("/no/such/program"), Cancellation));
        var notExecutable = await Should.ThrowAsync<Win32Exception>(() => _runner.RunAsync(Request("/etc/passwd"), Cancellation));
        var folder = await Should.ThrowAsync<Win32Exception>(
            () => _runner.RunAsync(Request("true") with { WorkingDirectory = "/no/such/folder" }, Cancellation));

        byName.Message.ShouldContain("no-such-program");
        byPath.Message.ShouldContain("/no/such/program");
        notExecutable.Message.ShouldContain("/etc/passwd");
        folder.Message.ShouldContain("/no/such/folder");
    }

    [Fact]
    public async Task A_callback_that_throws_stops_the_child_and_is_thrown_on()
    {
        var fault = await Should.ThrowAsync<InvalidDataException>(() => _runner.RunAsync(
            Bash("echo bad; exec sleep 1000") with { OnOutputLine = line => throw new InvalidDataException(line) },
            Cancellation));

        fault.Message.ShouldBe("bad");
    }

    internal static ProcessRequest Request(string program) => new()
    {
        Program = program,
        WorkingDirectory = Path.GetTempPath(),
        Environment = new Dictionary<string, string> { ["PATH"] = "/usr/local/bin:/usr/bin:/bin" },
    };

    internal static ProcessRequest Bash(string script) => Request("bash") with { Arguments = ["-c", script] };

#pragma warning disable CA5351 // compared with md5sum, no security in it
    private static string Md5(string text) =>
        Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351
}
