using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ClaudeBot.Queue.Spool;

/// <summary>
/// A task as a file for people and scripts. <c>status</c> has the words that older tools look for (queued, completed,
/// failed, cancelled); <c>state</c> is the ledger's own.
/// </summary>
internal static class TaskFile
{
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>For <c>queue/</c>: the same bytes as long as only the passing of time changes the task.</summary>
    public static byte[] Waiting(QueuedTask task) => Write(json => WriteTask(json, task));

    /// <summary>For <c>processed/</c> and <c>failed/</c>.</summary>
    public static byte[] Ended(QueuedTask task) => Write(json =>
    {
        WriteTask(json, task);
        WriteTime(json, "started_at", task.StartedAt);
        WriteTime(json, "completed_at", task.EndedAt);
        json.WriteString("reason", task.Reason);
        json.WriteNumber("attempts", task.Attempts);
        json.WriteString("pr_url", task.PullRequestUrl);
        WriteNumber(json, "pr_number", task.PullRequestNumber);
        json.WriteString("head_sha", task.HeadSha);
        json.WriteNumber("cost_usd", task.CostUsd);
    });

    private static byte[] Write(Action<Utf8JsonWriter> body)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            body(json);
            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    private static void WriteTask(Utf8JsonWriter json, QueuedTask task)
    {
        json.WriteString("id", task.Id.Value);
        json.WriteString("title", task.Title);
        json.WriteString("description", task.Description);
        json.WriteString("priority", task.Priority.Word());
        json.WriteString("repo", task.Repository.ToString());
        WriteNumber(json, "issue", task.IssueNumber);
        json.WriteString("status", Status(task.State));
        json.WriteString("state", task.State.Word());
        json.WriteString("task_type", task.Kind.Word());
        json.WriteString("requested_by", task.RequestedBy);
        json.WriteString("branch", task.Branch);
        WriteTime(json, "created_at", task.CreatedAt);
    }

    private static string Status(TaskState state) => state switch
    {
        TaskState.Waiting => "queued",
        TaskState.Succeeded => "completed",
        TaskState.Dead => "failed",
        _ => state.Word(),
    };

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time) =>
        json.WriteString(name, time?.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture));

    private static void WriteNumber(Utf8JsonWriter json, string name, int? number)
    {
        if (number is { } known)
            json.WriteNumber(name, known);
        else
            json.WriteNull(name);
    }
}
