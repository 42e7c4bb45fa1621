namespace ClaudeBot.Images;

/// <summary>Where an image of an issue lies.</summary>
/// <param name="Origin">Its address as people know it, for the agent; at most 300 characters.</param>
internal abstract record ImagePlace(string Origin)
{
    /// <summary>Uploaded to GitHub.</summary>
    /// <param name="Address">Fetched without credentials.</param>
    /// <param name="Asset">Its id (a UUID in lower case), by which a signed address for it can be found; null: it needs none.</param>
    public sealed record Attachment(Uri Address, string? Asset, string Origin) : ImagePlace(Origin);

    /// <summary>A file of the task's own repository, read through the API.</summary>
    public sealed record RepositoryFile(string Path, string Reference, string Origin) : ImagePlace(Origin);
}
