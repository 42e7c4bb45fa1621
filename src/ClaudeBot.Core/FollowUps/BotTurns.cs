namespace ClaudeBot.FollowUps;

/// <summary>How often bots were followed up for since a person last spoke: programs that answer each other would go on for ever.</summary>
internal sealed class BotTurns(FollowUpOptions options)
{
    public bool IsOfBot(StoredRemark stored) => stored.Remark.AuthorId is { } author && options.AllowedBots.Contains(author);

    public bool IsOfPerson(StoredRemark stored) => stored.Remark.AuthorId is { } author && !options.AllowedBots.Contains(author);

    /// <summary>The place of the last remark of a person; 0 when none spoke.</summary>
    /// <param name="all">Every remark about the pull request.</param>
    public long LastOfPerson(IEnumerable<StoredRemark> all) => all.Where(IsOfPerson).Select(stored => stored.Seq).DefaultIfEmpty(0).Max();

    /// <summary>So many tasks in a row were made for bots alone.</summary>
    /// <param name="all">As above.</param>
    /// <param name="besides">A task that does not count; null: all do.</param>
    public int Taken(IReadOnlyCollection<StoredRemark> all, TaskId? besides)
    {
        var person = LastOfPerson(all);
        return all.Where(stored => stored.TaskId is not null && stored.TaskId != besides).GroupBy(stored => stored.TaskId)
            .Count(task => !task.Any(IsOfPerson) && task.Any(stored => IsOfBot(stored) && stored.Seq > person));
    }
}
