using System.Text.Json.Nodes;

namespace ClaudeBot.Playground.GitHub.State;

/// <summary>GitHub says no: an HTTP status, its sentence, and what is wrong with which field.</summary>
public sealed class RefusalException : Exception
{
    public RefusalException()
    {
    }

    public RefusalException(string message)
        : base(message)
    {
    }

    public RefusalException(string message, Exception inner)
        : base(message, inner)
    {
    }

    internal RefusalException(int status, string message, params JsonObject[] errors)
        : base(message) => (Status, Errors) = (status, errors);

    public int Status { get; } = 422;

    internal IReadOnlyList<JsonObject> Errors { get; } = [];

    internal static RefusalException NotFound() => new(404, "Not Found");

    internal static RefusalException Forbidden() => new(403, "Resource not accessible by personal access token");

    internal static RefusalException Invalid(string resource, string field, string code, string? message = null)
    {
        var error = new JsonObject { ["resource"] = resource, ["field"] = field, ["code"] = code };
        if (message is not null)
        {
            error["message"] = message;
        }

        return new RefusalException(422, "Validation Failed", error);
    }
}
