using System.Collections.Concurrent;
using ClaudeBot.Gate;
using ClaudeBot.Secrets;
using ClaudeBot.Tests.Secrets;
using ClaudeBot.Tests.Workspaces;

namespace ClaudeBot.Tests.Gate;

/// <summary>The gate must not stand in the way of ordinary work.</summary>
[Trait("Length", "Long")]
[Trait("Start", "First")]
public sealed class OrdinaryCommitsTests(ITestOutputHelper output)
{
    private const int Commits = 1_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_a_thousand_ordinary_commits_none_is_blocked()
    {
        using var server = new GitServer();
        var commits = await OrdinaryCommits.MakeAsync(server, Commits);
        commits.Count.ShouldBe(Commits);
        var workspace = await server.PrepareAsync();
        var mask = new SecretMask();
        foreach (var seed in new[] { 91, 92, 93 })
            mask.Register(new Drawn(seed).Of(Drawn.Alphanumeric, 40));
        var gate = new OutgoingGate(server.Store, new SecretScanner(mask), new GateOptions());
        var blocked = new ConcurrentBag<string>();

        await Parallel.ForEachAsync(commits, Cancellation, async (commit, token) =>
        {
            var verdict = await gate.JudgeAsync(new OutgoingChange(workspace, commit.Sha, new RepositoryPolicy(), [], [("the agent's summary", commit.Summary)]), token);
            if (verdict is not GateVerdict.Allowed)
                blocked.Add($"{commit.Origin} {commit.Sha}: {(verdict as GateVerdict.Blocked)?.Reason ?? verdict.GetType().Name}");
        });

        output.WriteLine($"{blocked.Count} of {commits.Count} commits of {commits.DistinctBy(commit => commit.Origin).Count()} packages blocked");
        blocked.ShouldBeEmpty();
    }
}
