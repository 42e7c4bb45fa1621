using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace ClaudeBot;

/// <summary>
/// The name of a task: readable, unique, safe as a file name and as part of a branch name;
/// <c>owner--repo--issue-42-x7k2m9</c>, or <c>owner--repo--task-x7k2m9</c> for a task without an issue.
/// </summary>
public readonly partial record struct TaskId
{
    private const string Alphabet = "abcdefghijkmnpqrstuvwxyz23456789";

    private TaskId(string value) => Value = value;

    public string Value { get; }

    /// <summary>Makes a new id for work on an issue or pull request.</summary>
    public static TaskId New(IssueReference issue) => New(issue.Repository, $"issue-{issue.Number}");

    /// <summary>Makes a new id for work in a repository that has no issue.</summary>
    public static TaskId New(RepositoryName repository) => New(repository, "task");

    public static bool TryParse(string? text, out TaskId id)
    {
        id = Form().IsMatch(text ?? "") ? new TaskId(text!) : default;
        return id.Value is not null;
    }

    /// <exception cref="FormatException">The text is not a task id.</exception>
    public static TaskId Parse(string? text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not a task id.");

    public override string ToString() => Value;

    private static TaskId New(RepositoryName repository, string subject) =>
        new($"{repository.Owner}--{repository.Name}--{subject}-{RandomNumberGenerator.GetString(Alphabet, 6)}");

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,199}\z")]
    private static partial Regex Form();
}
