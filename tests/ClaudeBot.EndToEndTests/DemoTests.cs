using System.Diagnostics;
using System.Text.Json;

namespace ClaudeBot.EndToEndTests;

[Trait("Length", "Long")]
public sealed class DemoTests
{
    [Theory]
    [InlineData("claude-code")]
    [InlineData("api")]
    public async Task The_demonstration_ends_with_a_proven_pull_request_and_one_line_of_JSON(string agent)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Playground.PlaygroundHost).Assembly.Location, "demo", "--bot", BotOnTown.Program, "--agent", agent]) { RedirectStandardOutput = true };
        start.Environment["CLAUDE_CODE_PATH"] = ClaudeCode.Path;
        start.Environment.Remove("ANTHROPIC_API_KEY");
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        process.ExitCode.ShouldBe(0, output);
        output.ShouldContain("tests fail with main's code and pass with the branch's");
        var result = JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]).RootElement;
        result.GetProperty("state").GetString().ShouldBe("succeeded");
        result.GetProperty("agent").GetString().ShouldBe(agent);
        result.GetProperty("task_id").GetString().ShouldStartWith("octo--greeter--issue-1-");
        result.GetProperty("branch").GetString().ShouldStartWith("bot/issue-1-");
        result.GetProperty("head_sha").GetString()!.ShouldMatch("^[0-9a-f]{40}$");
        result.GetProperty("issue_url").GetString().ShouldEndWith("/octo/greeter/issues/1");
        result.GetProperty("pull_request_url").GetString()!.ShouldContain("/octo/greeter/pull/");
        result.GetProperty("seconds").GetDouble().ShouldBePositive();
    }
}
