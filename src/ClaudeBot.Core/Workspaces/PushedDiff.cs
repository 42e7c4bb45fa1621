using ClaudeBot.Secrets;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Workspaces;

/// <summary>Keeps what a task pushed last as a unified diff, <c>transcripts/ID-pushed.diff</c>, for people who look at the task.</summary>
internal sealed partial class PushedDiff(Git git, WorkspaceOptions options, SecretMask mask, ILogger logger)
{
    private const int Longest = 1_000_000;

    /// <summary>Writes it, or says in the log why not: work that is pushed does not fail for want of it.</summary>
    public async Task KeepAsync(Workspace workspace, string sha, CancellationToken cancellationToken)
    {
        try
        {
            var text = await git.RunAsync(
                new GitPlace(workspace.GitDirectory),
                ["diff", "--no-ext-diff", "--no-textconv", "--no-color", "--find-renames", workspace.BaseSha, sha],
                cancellationToken);
            var folder = Directory.CreateDirectory(Path.Combine(options.DataDirectory, "transcripts"));
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, $"{workspace.TaskId}-pushed.diff"), mask.Mask(text.Length <= Longest ? text : text[..Longest]), cancellationToken);
        }
        catch (Exception e) when (e is WorkspaceException or IOException or UnauthorizedAccessException)
        {
            Log.NotKept(logger, workspace.TaskId, e.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The diff of {TaskId} could not be kept: {Reason}")]
        public static partial void NotKept(ILogger logger, TaskId taskId, string reason);
    }
}
