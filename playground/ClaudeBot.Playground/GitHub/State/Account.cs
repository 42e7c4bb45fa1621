namespace ClaudeBot.Playground.GitHub.State;

/// <summary>A user of the playground. <paramref name="Type"/> is GitHub's word: <c>User</c>, <c>Bot</c> or <c>Organization</c>.</summary>
public sealed record Account(long Id, string Login, string Type, DateTimeOffset CreatedAt, Addresses At)
{
    public string Email => $"{Id}+{Login}@users.noreply.localhost";
}
