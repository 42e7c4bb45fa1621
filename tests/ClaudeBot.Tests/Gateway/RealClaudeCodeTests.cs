using System.Text.Json;
using ClaudeBot.Agents;
using ClaudeBot.Processes;

namespace ClaudeBot.Tests.Gateway;

/// <summary>The real Claude Code CLI (<c>CLAUDE_CODE_PATH</c>, or <c>claude</c> in <c>PATH</c>) behind the gateway.</summary>
public sealed class RealClaudeCodeTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("claude-bot-gateway-").FullName;

    [Fact]
    public async Task Claude_Code_does_a_turn_through_the_gateway_and_is_charged()
    {
        await using var lab = await GatewayLab.StartAsync(Answers.StreamAsync, options => options with { MaxRequestBytes = 32 * 1024 * 1024 });

        var result = await RunAsync(await lab.PassAsync());

        result.GetProperty("is_error").GetBoolean().ShouldBeFalse();
        result.GetProperty("result").GetString().ShouldBe("forty characters of an answer, exactly 40");
        (await lab.Journal.NextChargeAsync()).Usage.Output.ShouldBe(500);
        lab.Requests.ShouldAllBe(seen => seen.Headers["x-api-key"] == GatewayLab.Key);
    }

    [Fact]
    public async Task Claude_Code_ends_at_once_when_the_budget_is_spent()
    {
        await using var lab = await GatewayLab.StartAsync(Answers.StreamAsync, options => options with { MaxRequestBytes = 32 * 1024 * 1024 });

        var result = await RunAsync(await lab.PassAsync(0m));

        result.GetProperty("api_error_status").GetInt32().ShouldBe(402);
        result.GetProperty("num_turns").GetInt32().ShouldBe(1);
        lab.Passes.WasOverBudget(lab.Task).ShouldBeTrue();
        lab.Logs.GetSnapshot().Count(line => line.Message.Contains("is refused")).ShouldBe(1);
        lab.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Claude_Code_ends_at_once_when_its_model_is_not_allowed()
    {
        await using var lab = await GatewayLab.StartAsync(Answers.StreamAsync, options => options with { MaxRequestBytes = 32 * 1024 * 1024, AllowedModels = ["claude-none-1"] });

        var result = await RunAsync(await lab.PassAsync());

        result.GetProperty("is_error").GetBoolean().ShouldBeTrue();
        result.GetProperty("api_error_status").GetInt32().ShouldBe(403);
        result.GetProperty("result").GetString()!.ShouldContain("ALLOWED_MODELS");
        lab.Requests.ShouldBeEmpty();
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);

    private async Task<JsonElement> RunAsync(GatewayPass pass)
    {
        var program = Environment.GetEnvironmentVariable("CLAUDE_CODE_PATH")
            ?? Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, "claude")).FirstOrDefault(File.Exists);
        program.ShouldNotBeNull("Claude Code is not installed: run npm ci in tests/, or set CLAUDE_CODE_PATH.");

        var result = await new ProcessRunner(TimeProvider.System).RunAsync(
            new ProcessRequest
            {
                Program = program,
                Arguments = ["-p", "--output-format", "json", "--setting-sources", "user", "--strict-mcp-config"],
                WorkingDirectory = _home,
                Environment = new Dictionary<string, string>
                {
                    ["PATH"] = "/usr/bin:/bin",
                    ["HOME"] = _home,
                    ["ANTHROPIC_BASE_URL"] = pass.Address.ToString().TrimEnd('/'),
                    ["ANTHROPIC_API_KEY"] = pass.Token,
                },
                StandardInput = "Say hello.",
                Timeout = TimeSpan.FromMinutes(2),
            },
            TestContext.Current.CancellationToken);
        return JsonDocument.Parse(result.Output).RootElement;
    }
}
