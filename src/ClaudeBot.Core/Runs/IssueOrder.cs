using ClaudeBot.GitHub;

namespace ClaudeBot.Runs;

/// <summary>An issue is not worked on before those that it waits for: what it is blocked by, and its sub-issues.</summary>
public sealed class IssueOrder(GitHubClient gitHub, RunOptions options, TimeProvider time)
{
    /// <summary>So many issues are looked at for a circle at most.</summary>
    private const int MostLookedAt = 20;

    private const int MostNamed = 10;

    /// <summary>Goes on when nothing is to be waited for. Costs no call then: GitHub tells the numbers with the issue.</summary>
    /// <exception cref="RunEndException">The task waits, or the issues wait for each other and never will be free.</exception>
    /// <exception cref="GitHubException"/>
    public async Task RequireFreeAsync(Run run, GitHubIssue issue, CancellationToken cancellationToken)
    {
        if (issue.OpenBlockers == 0 && issue.OpenSubIssues == 0)
            return;

        List<GitHubIssue> blockers = issue.OpenBlockers == 0 ? [] : await OpenBlockersAsync(run, issue.Reference, cancellationToken);
        if (await CircleAsync(run, issue, blockers, cancellationToken) is { } circle)
        {
            throw RunEnd.Failed($"These issues wait for each other, so none of them can be worked on: {string.Join(" waits for ", circle.Select(one => Name(one, issue.Reference)))}. "
                + "Take one of the dependencies away.");
        }

        List<string> waits =
        [
            .. blockers.Count > 0 ? (string[])[$"it is blocked by {Names(blockers, issue.Reference)}"] : [],
            .. issue.OpenSubIssues > 0 ? (string[])[issue.OpenSubIssues == 1 ? "it has an open sub-issue" : $"it has {issue.OpenSubIssues} open sub-issues"] : [],
        ];
        // A blocker may have been closed between the two reads.
        if (waits.Count > 0)
            throw new RunEndException(new RunEnd.Again($"The issue has to wait: {string.Join(", and ", waits)}.", time.GetUtcNow() + options.OrderDelay, CountsAttempt: false) { SaysSoOnce = true });
    }

    private async Task<List<GitHubIssue>> OpenBlockersAsync(Run run, IssueReference issue, CancellationToken cancellationToken) =>
        [.. (await run.Steps.ReadAsync(token => gitHub.ListBlockersAsync(issue, token), cancellationToken)).Where(blocker => blocker.IsOpen)];

    /// <summary>A way along open issues that leads from this one back to it; null when there is none within reach.</summary>
    private async Task<IReadOnlyList<IssueReference>?> CircleAsync(Run run, GitHubIssue start, List<GitHubIssue> blockers, CancellationToken cancellationToken)
    {
        var ways = new Queue<(GitHubIssue Issue, IReadOnlyList<IssueReference> Way)>(blockers.Select(blocker => (blocker, (IReadOnlyList<IssueReference>)[start.Reference, blocker.Reference])));
        var seen = blockers.Select(blocker => blocker.Reference).ToHashSet();
        for (var looks = 0; ways.TryDequeue(out var next) && looks < MostLookedAt;)
        {
            // An issue waits for its sub-issues, so one that waits for what it is part of never comes to its turn.
            if (next.Issue.Reference == start.Reference || next.Issue.Reference == start.Parent)
                return next.Issue.Reference == start.Reference ? next.Way : [.. next.Way, start.Reference];
            if (next.Issue.OpenBlockers == 0 || next.Issue.Reference.Repository != start.Reference.Repository)
                continue;

            looks++;
            foreach (var further in await OpenBlockersAsync(run, next.Issue.Reference, cancellationToken))
            {
                if (further.Reference == start.Reference || seen.Add(further.Reference))
                    ways.Enqueue((further, [.. next.Way, further.Reference]));
            }
        }

        return null;
    }

    private static string Names(List<GitHubIssue> issues, IssueReference from)
    {
        var names = string.Join(", ", issues.Take(MostNamed).Select(issue => Name(issue.Reference, from)));
        return issues.Count > MostNamed ? $"{names} and {issues.Count - MostNamed} more" : names;
    }

    private static string Name(IssueReference issue, IssueReference from) => issue.Repository == from.Repository ? $"#{issue.Number}" : issue.ToString();
}
