using System.Collections.Concurrent;
using ClaudeBot.Playground.GitHub.Git;

namespace ClaudeBot.Playground.GitHub.State;

/// <summary>Everything the playground knows, and the one row that ids come from.</summary>
internal sealed class GitHubDirectory(string dataFolder, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Account> accounts = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, Account> tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Repository> repositories = new(StringComparer.OrdinalIgnoreCase);
    private long lastId = 1000;

    public Addresses At { get; } = new();

    public TimeProvider Time => time;

    /// <summary>Now, in whole seconds: GitHub's answers carry no fractions.</summary>
    public DateTimeOffset Now => DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());

    public IEnumerable<Repository> Repositories => repositories.Values.OrderBy(repository => repository.Id);

    public long NextId() => Interlocked.Increment(ref lastId);

    public Account AddAccount(string login, string type) =>
        accounts.GetOrAdd(login, static (name, arg) => new Account(arg.self.NextId(), name, arg.type, arg.self.Now, arg.self.At), (self: this, type));

    public void AddToken(string token, Account account) => tokens[token] = account;

    public void RemoveToken(string token) => tokens.TryRemove(token, out _);

    public Account? AccountOf(string token) => tokens.GetValueOrDefault(token);

    public Account? FindAccount(string login) => accounts.GetValueOrDefault(login);

    public Account? FindAccount(long id) => accounts.Values.FirstOrDefault(account => account.Id == id);

    /// <summary>The account that a commit's address belongs to, as <see cref="Account.Email"/> writes it.</summary>
    public Account? FindAccountByEmail(string email) =>
        accounts.Values.FirstOrDefault(account => account.Email.Equals(email, StringComparison.OrdinalIgnoreCase));

    public Repository? FindRepository(string owner, string name) => repositories.GetValueOrDefault($"{owner}/{name}");

    public Repository AddRepository(Account owner, string name)
    {
        var git = new BareRepository(Path.Combine(dataFolder, owner.Login, name + ".git"), time);
        var repository = new Repository(NextId(), owner, name, Now, git);
        return repositories.TryAdd(repository.FullName, repository)
            ? repository
            : throw new ArgumentException($"There is a repository {repository.FullName} already.", nameof(name));
    }
}
