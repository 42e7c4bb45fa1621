using System.Text.RegularExpressions;
using ClaudeBot.Queue;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClaudeBot.Ledger.Sqlite;

/// <summary>
/// Pages of tasks, newest first, by keyset. Each page is read from an index that has its order, so its cost is that of
/// its rows: several states are read state by state, words come from the full-text index.
/// </summary>
internal static partial class TaskPages
{
    private const int MostWords = 12;

    public static IReadOnlyList<QueuedTask> Read(SqliteConnection connection, TaskFilter filter)
    {
        if (Statement(filter) is not { } sql)
            return [];
        var states = filter.States.Distinct().ToArray();
        var parameters = new DynamicParameters(new { repository = filter.Repository?.ToString(), before = filter.Before?.Value, limit = filter.Limit, words = Words(filter) });
        foreach (var (number, state) in states.Index())
            parameters.Add($"state{number}", state.Word());
        return [.. connection.Query<TaskRow>(sql, parameters).Select(row => row.ToTask())];
    }

    /// <summary>The query of a filter; null when no task can be meant.</summary>
    internal static string? Statement(TaskFilter filter)
    {
        if (filter.Search is { Length: > 0 })
            return Words(filter) is null ? null : Found(filter);
        var states = filter.States.Distinct().Count();
        return states <= 1
            ? $"SELECT {TaskRow.Columns} FROM tasks {Where(filter, states == 0 ? null : 0)} ORDER BY seq DESC LIMIT @limit"
            : $"SELECT * FROM ({string.Join(" UNION ALL ", Enumerable.Range(0, states).Select(state => $"SELECT * FROM (SELECT {TaskRow.Columns} FROM tasks {Where(filter, state)} ORDER BY seq DESC LIMIT @limit)"))}) ORDER BY Seq DESC LIMIT @limit";
    }

    private static string Where(TaskFilter filter, int? state)
    {
        string[] conditions =
        [
            .. filter.Repository is null ? Array.Empty<string>() : ["repository = @repository"],
            .. state is null ? Array.Empty<string>() : [$"state = @state{state}"],
            .. filter.Before is null ? Array.Empty<string>() : ["seq < (SELECT seq FROM tasks WHERE id = @before)"],
        ];
        return conditions.Length == 0 ? "" : "WHERE " + string.Join(" AND ", conditions);
    }

    // The full-text index gives row ids in falling order without a sort; a repository's words are also those of longer names.
    private static string Found(TaskFilter filter) =>
        $"""
        SELECT {TaskRow.Columns} FROM (
            SELECT tasks.* FROM task_words CROSS JOIN tasks ON tasks.seq = task_words.rowid
            WHERE task_words MATCH @words
            {(filter.Before is null ? "" : "AND task_words.rowid < (SELECT seq FROM tasks WHERE id = @before)")}
            {(filter.Repository is null ? "" : "AND tasks.repository = @repository")}
            ORDER BY task_words.rowid DESC LIMIT @limit)
        """;

    /// <summary>
    /// The filter in the language of the full-text index: each word may be the beginning of one in the task, and what is
    /// written together, as in <c>acme/shop</c>, stands together; <c>#12</c>, as in <c>shop#12</c>, is that
    /// number alone. All is quoted, so that nothing in it is an operator. Null when there is no word in it.
    /// </summary>
    private static string? Words(TaskFilter filter)
    {
        var terms = (filter.Search ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Term).OfType<string>().Take(MostWords).ToArray();
        if (terms.Length == 0)
            return null;
        var words = $"{{id title requested_by}} : ({string.Join(" AND ", terms)})";
        var states = filter.States.Count == 0 ? "" : $" AND state : ({string.Join(" OR ", filter.States.Distinct().Select(state => $"\"{state.Word()}\""))})";
        var repository = filter.Repository is { } name ? $" AND repository : \"{Phrase(name.ToString())}\"" : "";
        return words + states + repository;
    }

    // The id of a task says "issue-12-" and then six random signs, which may well begin with a number.
    private static string? Term(string word) =>
        Issue().Match(word) is { Success: true } issue ? $"\"{Phrase(issue.Groups[1].Value + " issue " + issue.Groups[2].Value)}\""
        : Phrase(word) is { Length: > 0 } phrase ? $"\"{phrase}\"*"
        : null;

    private static string Phrase(string text) => string.Join(' ', Word().Matches(text).Select(word => word.Value));

    [GeneratedRegex(@"\A(.*)#([0-9]+)\z")]
    private static partial Regex Issue();

    // As unicode61 takes text apart: letters and digits are words, everything else stands between them.
    [GeneratedRegex(@"[\p{L}\p{N}\p{M}\p{Co}]+")]
    private static partial Regex Word();
}
