using System.Collections.Immutable;
using ClaudeBot.Playground.GitHub.Git;

namespace ClaudeBot.Playground.GitHub.State;

/// <summary>
/// One repository. Collections are immutable and replaced whole, so they may be read from any thread at any time;
/// whatever changes them holds the gate.
/// </summary>
public sealed class Repository : IDisposable
{
    private readonly SemaphoreSlim gate = new(1, 1);

    internal Repository(long id, Account owner, string name, DateTimeOffset createdAt, BareRepository git)
    {
        Id = id;
        Owner = owner;
        Name = name;
        CreatedAt = PushedAt = UpdatedAt = createdAt;
        Git = git;
        Permissions = ImmutableDictionary<long, Permission>.Empty.Add(owner.Id, Permission.Admin);
    }

    public long Id { get; }
    public Account Owner { get; }
    public string Name { get; }
    public string FullName => $"{Owner.Login}/{Name}";
    public string Description { get; internal set; } = "";
    public bool IsPrivate { get; internal set; }
    public bool HasIssues { get; set; } = true;
    public string DefaultBranch { get; internal set; } = "main";
    public DateTimeOffset CreatedAt { get; }
    public DateTimeOffset PushedAt { get; internal set; }
    public DateTimeOffset UpdatedAt { get; internal set; }

    public ImmutableDictionary<long, Permission> Permissions { get; internal set; }
    public ImmutableList<Label> Labels { get; internal set; } = [];
    public ImmutableSortedDictionary<int, Issue> Issues { get; internal set; } = ImmutableSortedDictionary<int, Issue>.Empty;
    public ImmutableList<IssueComment> Comments { get; internal set; } = [];
    public ImmutableList<CommitStatus> Statuses { get; internal set; } = [];
    public ImmutableList<CheckRun> CheckRuns { get; internal set; } = [];
    public ImmutableList<Hook> Hooks { get; internal set; } = [];

    /// <summary>Branches and tags by full name (<c>refs/heads/main</c>) with the object they point at.</summary>
    public ImmutableSortedDictionary<string, string> References { get; internal set; } =
        ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal);

    public IEnumerable<Issue> PullRequests => Issues.Values.Where(issue => issue.Pull is not null);

    public string ApiUrl => $"{Owner.At.Api}/repos/{FullName}";
    public string HtmlUrl => $"{Owner.At.Html}/{FullName}";

    internal BareRepository Git { get; }

    internal int NextNumber { get; set; } = 1;

    /// <summary>The commit at the head of a branch, or null when there is no such branch.</summary>
    public string? Branch(string name) => References.GetValueOrDefault($"refs/heads/{name}");

    /// <summary>What the account may do here; nobody (null) may read a public repository.</summary>
    public Permission PermissionOf(Account? account)
    {
        var granted = account is null ? Permission.None : Permissions.GetValueOrDefault(account.Id);
        return granted == Permission.None && !IsPrivate ? Permission.Read : granted;
    }

    public void Dispose() => gate.Dispose();

    internal async Task<Gate> EnterAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        return new Gate(gate);
    }

    internal readonly struct Gate(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
