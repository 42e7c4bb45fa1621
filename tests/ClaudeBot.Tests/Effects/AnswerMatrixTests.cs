using System.Globalization;
using ClaudeBot.Agents;
using ClaudeBot.FollowUps;
using ClaudeBot.Playground.Faults;
using ClaudeBot.Playground.GitHub.State;
using ClaudeBot.Queue;
using ClaudeBot.Runs;
using ClaudeBot.Tests.Runs;

namespace ClaudeBot.Tests.Effects;

/// <summary>
/// The last two effects of a follow-up, the comment that answers what has no thread and the settling of a thread, both cut off in one life
/// after the other: each is there once in the end.
/// </summary>
[Trait("Length", "Long")]
public sealed class AnswerMatrixTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(EffectMatrixTests.Point.BeforeSend, EffectMatrixTests.Mishap.Kill)]
    [InlineData(EffectMatrixTests.Point.BeforeSend, EffectMatrixTests.Mishap.BadGateway)]
    [InlineData(EffectMatrixTests.Point.SentWithoutReply, EffectMatrixTests.Mishap.Kill)]
    [InlineData(EffectMatrixTests.Point.SentWithoutReply, EffectMatrixTests.Mishap.Reset)]
    [InlineData(EffectMatrixTests.Point.ReplyNotRecorded, EffectMatrixTests.Mishap.Kill)]
    [InlineData(EffectMatrixTests.Point.Recorded, EffectMatrixTests.Mishap.Kill)]
    public async Task An_answer_and_the_settling_of_a_thread_that_are_cut_off_happen_once(EffectMatrixTests.Point point, EffectMatrixTests.Mishap mishap)
    {
        await using var bench = await EffectBench.StartAsync();
        var (bot, issue, task, note) = await SetAsync(bench);

        string[] effects = [$"/issues/{issue.Number}/comments$", "/graphql$"];
        var kind = EffectMatrixTests.Kind(mishap, isApplied: point == EffectMatrixTests.Point.SentWithoutReply);
        if (point is EffectMatrixTests.Point.ReplyNotRecorded or EffectMatrixTests.Point.Recorded)
        {
            bot = await bench.DieAtRecordAsync(bot, RunStep.AnswerComment, isRecorded: point == EffectMatrixTests.Point.Recorded);
            bot = await bench.DieAtRecordAsync(bot, RunStep.Resolve(note), isRecorded: point == EffectMatrixTests.Point.Recorded);
        }
        else
        {
            foreach (var effect in effects)
            {
                // The first such requests are for the live comment, and for the list of threads: they pass.
                bench.Playground.Faults.Add(new Fault(FaultKind.Slow, "POST", effect) { Delay = TimeSpan.Zero });
                if (mishap != EffectMatrixTests.Mishap.Kill)
                {
                    bench.Playground.Faults.Add(new Fault(kind, "POST", effect) { Status = 502 });
                    continue;
                }

                var dead = bot;
                bot = await bench.MeetAsync(dead, kind, "POST", effect, BotEnd.Killed);
                await bench.BuryAsync(dead);
            }
        }

        await bot.WorkAsync();

        bench.Playground.Faults.Waiting.ShouldBeEmpty("every fault met its request");
        (await bot.Queue.FindAsync(task.Id, Token))!.State.ShouldBe(TaskState.Succeeded);
        issue.Comments.Count(comment => comment.Body.Contains("> What about a third?\n\nNot changed, because two are enough.", StringComparison.Ordinal)).ShouldBe(1);
        issue.Comments.Count().ShouldBe(2, "the answer and the live comment");
        issue.Pull!.ReviewComments.Count(comment => comment.InReplyTo == note).ShouldBe(1);
        issue.Pull.ResolvedThreads.ShouldBe([note]);
        bench.Agent.Requests.Count.ShouldBe(2);
    }
    /// <summary>A pull request by the bot with a comment on its diff and one below it, and the task that sees to both.</summary>
    private static async Task<(BotLife Bot, Issue Issue, QueuedTask Task, long Note)> SetAsync(EffectBench bench)
    {
        bench.Agent.Writes("answer.txt", "42\n");
        var bot = bench.StartBot();
        await bench.AskAsync(bot.Queue);
        await bot.WorkAsync();
        bench.Agent.Does(async (request, cancellationToken) =>
        {
            await File.WriteAllTextAsync(Path.Combine(request.WorkTree, "answer.txt"), "43\n", cancellationToken);
            return TestAgent.Result(AgentEnding.Completed, """<answer point="1" changed="yes">It says 43.</answer><answer point="2" changed="no">two are enough.</answer>""");
        });
        var issue = bench.Shop.PullRequests.ShouldHaveSingleItem();
        var remark = await bench.NoteAsync(issue, "Please say 43.");
        var task = await EffectBench.RemarkAsync(bot, remark);
        await EffectBench.StoreAsync(bot, remark with { Kind = RemarkKind.Comment, Key = "2", Detail = new RemarkDetail { Text = "What about a third?" } });
        return (bot, issue, task, long.Parse(remark.Key, CultureInfo.InvariantCulture));
    }
}
