using System.Text;
using System.Text.Json;

namespace ClaudeBot.Tests.Webhooks;

/// <summary>The payloads of the npm package @octokit/webhooks-examples, which GitHub's users recorded.</summary>
internal static class RecordedPayloads
{
    /// <summary>All of them, each with its event's name, in the package's order.</summary>
    public static async Task<IReadOnlyList<(string Event, byte[] Payload)>> ReadAsync(CancellationToken cancellationToken)
    {
        using var index = JsonDocument.Parse(await File.ReadAllBytesAsync(IndexPath, cancellationToken));
        return [.. from webhook in index.RootElement.EnumerateArray()
            from example in webhook.GetProperty("examples").EnumerateArray()
            select (webhook.GetProperty("name").GetString()!, Encoding.UTF8.GetBytes(example.GetRawText()))];
    }

    /// <summary>The file that holds them.</summary>
    public static string IndexPath => Path.Combine(RepositoryFolder.Npm, "@octokit", "webhooks-examples", "api.github.com", "index.json");
}
