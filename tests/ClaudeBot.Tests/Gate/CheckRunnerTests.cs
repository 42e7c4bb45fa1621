using ClaudeBot.Gate;
using ClaudeBot.Processes;
using ClaudeBot.Sandbox;
using ClaudeBot.Secrets;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeBot.Tests.Gate;

public sealed class CheckRunnerTests : IDisposable
{
    private readonly string _tree = Directory.CreateTempSubdirectory("claude-bot-checks-").FullName;
    private readonly SecretMask _mask = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_tree, recursive: true);

    [Fact]
    public async Task All_checks_run_in_order_even_when_one_fails()
    {
        var report = await Runner().RunAsync(
            new SandboxView(_tree, Path.Combine(_tree, "home")),
            new RepositoryPolicy { Setup = ["echo never"], Lint = ["[[ a == a ]] && echo linted"], Build = ["echo built", "echo broken >&2; exit 3"], Test = ["pwd"] },
            Cancellation);

        report.Passed.ShouldBeFalse();
        report.Results.Select(r => (r.Name, r.Passed, r.ExitCode, r.OutputTail)).ShouldBe(
            [("build", true, 0, "built"), ("build", false, 3, "broken"), ("test", true, 0, _tree), ("lint", true, 0, "linted")]);
    }

    [Fact]
    public async Task A_command_sees_a_clean_environment_of_its_own()
    {
        var home = Path.Combine(_tree, "home");

        var report = await Runner().SetUpAsync(new SandboxView(_tree, home), new RepositoryPolicy { Setup = ["env | cut -d= -f1 | sort | tr '\\n' ' '; echo $HOME $CI"] }, Cancellation);

        report.Results.Single().OutputTail.ShouldBe($"CI CLAUDE_BOT_RUN HOME LANG PATH PWD SHLVL _ {home} true");
    }

    [Fact]
    public async Task A_command_that_takes_too_long_fails_and_says_why()
    {
        var runner = Runner(new GateOptions { CommandTimeout = TimeSpan.FromMilliseconds(300) });

        var result = (await runner.RunAsync(new SandboxView(_tree, _tree), new RepositoryPolicy { Test = ["echo begun; sleep 1000"] }, Cancellation)).Results.Single();

        result.Passed.ShouldBeFalse();
        result.OutputTail.ShouldStartWith("begun");
        result.OutputTail.ShouldContain("longer than 00:00:00.3");
    }

    [Fact]
    public async Task The_end_of_the_output_is_kept_in_whole_lines_without_secrets()
    {
        _mask.Register("hunter2hunter2");
        var runner = Runner(new GateOptions { OutputTail = 40 });

        var result = (await runner.RunAsync(
            new SandboxView(_tree, _tree),
            new RepositoryPolicy { Test = ["for i in $(seq 100); do echo line $i; done; echo key hunter2hunter2"] },
            Cancellation)).Results.Single();

        result.OutputTail.ShouldBe("line 99\nline 100\nkey ***");
    }

    [Fact]
    public async Task What_the_sandbox_did_not_let_a_check_reach_is_said_below_its_output()
    {
        var sandbox = new SandboxRunner(new ProcessRunner(TimeProvider.System), new SandboxOptions { EgressAllow = ["registry.example"] }, NullLogger<SandboxRunner>.Instance);

        var report = await new CheckRunner(sandbox, new GateOptions(), _mask).RunAsync(
            new SandboxView(_tree, _tree),
            new RepositoryPolicy { Test = ["for i in 1 2; do exec 3<>/dev/tcp/127.0.0.1/${https_proxy##*:}; printf 'CONNECT evil.example:443 HTTP/1.1\\r\\n\\r\\n' >&3; cat <&3 > /dev/null; done; echo tested"] },
            Cancellation);

        report.Results.Single().OutputTail.ShouldBe("tested\n\nBlocked, since EGRESS_ALLOW does not allow it: evil.example:443 (2 times).");
    }

    private CheckRunner Runner(GateOptions? options = null) => new(new SandboxRunner(new ProcessRunner(TimeProvider.System), new SandboxOptions(), NullLogger<SandboxRunner>.Instance), options ?? new GateOptions(), _mask);
}
