using System.Text;
using System.Text.Json;

namespace ClaudeBot.Tests.Webhooks;

/// <summary>The payloads of the npm package @octokit/webhooks-examples, which GitHub's users recorded.</summary>
internal static class RecordedPayloads
{
    /// <summary>All of them, each with its event's name, in the package's order.</summary>
    public static async Task<IReadOnlyList<(string Event, byte[] Payload)>> ReadAsync(CancellationToken cancellationToken)
    {
        using var index = JsonDocument.Parse(await File.ReadAllBytesAsync(IndexPath(), cancellationToken));
        return [.. from webhook in index.RootElement.EnumerateArray()
            from example in webhook.GetProperty("examples").EnumerateArray()
            select (webhook.GetProperty("name").GetString()!, Encoding.UTF8.GetBytes(example.GetRawText()))];
    }

    /// <summary>The file that holds them.</summary>
    public static string IndexPath()
    {
        var npm = Environment.GetEnvironmentVariable("CLAUDE_BOT_NPM");
        if (string.IsNullOrEmpty(npm))
        {
            var root = new DirectoryInfo(AppContext.BaseDirectory);
            while (root is not null && !File.Exists(Path.Combine(root.FullName, "ClaudeBot.slnx")))
                root = root.Parent;
            npm = Path.Combine(root!.FullName, "artifacts", "npm", "node_modules");
        }

        return Path.Combine(npm, "@octokit", "webhooks-examples", "api.github.com", "index.json");
    }
}
