using ClaudeBot.Agents;
using ClaudeBot.Processes;
using ClaudeBot.Sandbox;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeBot.Tests.Gateway;

/// <summary>A run of hours, in virtual time, whose keys are changed under it.</summary>
public sealed class LongRunTests : IDisposable
{
    private const int Turns = 37;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("long-run-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_task_of_three_hours_outlives_two_rotations_and_a_key_that_is_revoked_in_the_middle_of_an_answer()
    {
        var (turn, good) = (0, new HashSet<string> { "sk-ant-long-run-0001", "sk-ant-long-run-0002" });
        var brokeOff = false;
        GatewayLab lab = null!;
        await using var made = lab = await GatewayLab.StartAsync(async context =>
        {
            var key = context.Request.Headers["x-api-key"].ToString();
            if (!good.Contains(key))
            {
                await Answers.Error(401, "invalid x-api-key")(context);
                return;
            }

            if (turn == 24 && !brokeOff)
            {
                brokeOff = true;
                good.Remove(key);
                context.Response.ContentType = "application/json";
                context.Response.ContentLength = Answers.Message.Length;
                await context.Response.WriteAsync(Answers.Message[..20], context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                context.Abort();
                return;
            }

            lab.Time.Advance(TimeSpan.FromMinutes(5));
            turn++;
            // Old keys are revoked as soon as the new ones are in place.
            if (turn is 10 or 20)
            {
                string[] next = [$"sk-ant-long-run-{turn}01", $"sk-ant-long-run-{turn}02"];
                good = [.. next];
                lab.KeysNow = string.Join('\n', next);
            }

            await context.Response.WriteAsJsonAsync(Turn(turn), context.RequestAborted);
        });
        lab.KeysNow = string.Join(',', good);
        var began = lab.Time.GetUtcNow();
        var agent = new ApiAgent(
            new AgentOptions(), new SandboxRunner(new ProcessRunner(TimeProvider.System), new SandboxOptions(), NullLogger<SandboxRunner>.Instance), lab.Passes, lab.Mask, lab.Time);

        var result = await agent.RunAsync(
            new AgentRequest
            {
                TaskId = lab.Task,
                WorkTree = _folder.CreateSubdirectory("tree").FullName,
                Home = _folder.CreateSubdirectory("home").FullName,
                Prompt = "Take your time.",
                Gateway = await lab.PassAsync(),
                TranscriptPath = Path.Combine(_folder.FullName, "transcript.ndjson"),
                Timeout = TimeSpan.FromHours(4),
                StallTimeout = TimeSpan.FromMinutes(10),
            },
            Token);

        result.Ending.ShouldBe(AgentEnding.Completed, result.Summary);
        result.Turns.ShouldBe(Turns);
        (lab.Time.GetUtcNow() - began).ShouldBeGreaterThan(TimeSpan.FromHours(3));
        brokeOff.ShouldBeTrue();
        lab.Requests.Select(seen => seen.Headers["x-api-key"]).Distinct().Count().ShouldBeGreaterThan(3, "of both rotations, and the one beside the revoked");
        lab.Logs.GetSnapshot().Count(line => line.Level == LogLevel.Error).ShouldBe(1, "the revoked key");
        File.ReadAllText(Path.Combine(_folder.FullName, "transcript.ndjson")).ShouldNotContain("sk-ant-long-run");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static object Turn(int number) => new
    {
        id = $"msg_{number}",
        type = "message",
        role = "assistant",
        model = "claude-opus-5-5",
        stop_reason = number < Turns ? "tool_use" : "end_turn",
        stop_sequence = (string?)null,
        usage = new { input_tokens = 10, output_tokens = 10 },
        content = number < Turns
            ? new object[] { new { type = "tool_use", id = $"toolu_{number}", name = "list", input = new { path = "." } } }
            : [new { type = "text", text = "Done." }],
    };
}
