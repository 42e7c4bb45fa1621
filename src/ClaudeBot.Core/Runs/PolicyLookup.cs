using ClaudeBot.Gate;

namespace ClaudeBot.Runs;

/// <summary>The rules for a run: the repository's own, the operator's defaults for what it does not say, by the labels.</summary>
public sealed class PolicyLookup(RunOptions options, TimeProvider time)
{
    /// <param name="yaml">The repository's file on its default branch; null: it has none.</param>
    /// <exception cref="RunEndException">A file is not valid: the repository's ends the task, the operator's lets it wait.</exception>
    public async Task<RepositoryPolicy> OfAsync(Run run, string? yaml, CancellationToken cancellationToken)
    {
        var defaults = await DefaultsAsync(cancellationToken);
        try
        {
            return RepositoryPolicyReader.Read(yaml, defaults).For(run.Labels);
        }
        catch (FormatException e)
        {
            throw RunEnd.Failed($"{RepositoryPolicy.Path} on the default branch is not valid. {e.Message}");
        }
    }

    private async Task<string> DefaultsAsync(CancellationToken cancellationToken)
    {
        if (options.RepositoryDefaults is not { } file)
            return "";
        try
        {
            var text = await File.ReadAllTextAsync(file, cancellationToken);
            RepositoryPolicyReader.Read(text);
            return text;
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            // Only the operator can mend it, and no issue is to fail for it.
            throw new RunEndException(new RunEnd.Again($"The file that REPOSITORY_DEFAULTS names cannot be used: {e.Message}", time.GetUtcNow() + options.CredentialDelay, CountsAttempt: false));
        }
    }
}
