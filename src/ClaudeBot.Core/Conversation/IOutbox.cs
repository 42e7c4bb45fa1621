namespace ClaudeBot.Conversation;

/// <summary>What is said by a post.</summary>
public enum PostKind
{
    /// <summary>A reaction to a comment; the content is GitHub's word for it: <c>eyes</c>, <c>+1</c>, <c>confused</c>.</summary>
    Reaction,
    /// <summary>A comment of its own, in Markdown.</summary>
    Comment,
    /// <summary>A message to the operator's notification address, in plain text.</summary>
    Message,
}

/// <summary>Something to be said once.</summary>
/// <param name="Key">Names the cause; the same key is never said twice.</param>
/// <param name="CommentId">The comment that is reacted to.</param>
/// <param name="Tries">How often it was begun before: it may be out already.</param>
public sealed record OutgoingPost(long Sequence, string Key, PostKind Kind, IssueReference Subject, long? CommentId, string Content, int Tries);

/// <summary>
/// What is to be said, written in one transaction with its cause, so that a crash can neither lose nor double it. One
/// implementation for each database.
/// </summary>
public interface IOutbox
{
    /// <summary>What is due, oldest first.</summary>
    Task<IReadOnlyList<OutgoingPost>> PendingAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Writes down that it is about to be said.</summary>
    Task BeginAsync(OutgoingPost post, CancellationToken cancellationToken);

    /// <summary>It is said, or given up; it is not pending any more.</summary>
    Task EndAsync(OutgoingPost post, string result, CancellationToken cancellationToken);

    /// <summary>It could not be said now: not before the given time.</summary>
    Task PostponeAsync(OutgoingPost post, string reason, DateTimeOffset until, CancellationToken cancellationToken);
}

/// <summary>The kinds as the ledger writes them.</summary>
public static class PostWords
{
    public static string Word(this PostKind kind) => kind switch
    {
        PostKind.Reaction => "reaction",
        PostKind.Comment => "comment",
        PostKind.Message => "message",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <exception cref="FormatException">Not a kind.</exception>
    public static PostKind Parse(string word) =>
        Enum.GetValues<PostKind>().Cast<PostKind?>().FirstOrDefault(kind => kind!.Value.Word() == word) ?? throw new FormatException($"'{word}' is not a kind of post.");
}
