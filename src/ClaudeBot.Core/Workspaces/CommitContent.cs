namespace ClaudeBot.Workspaces;

/// <summary>What a commit would bring to the server.</summary>
/// <param name="Paths">All files that the commit's tree holds, changed or not.</param>
public sealed record CommitContent(string Sha, string Message, IReadOnlyList<ChangedFile> Files, IReadOnlyList<string> Paths);

/// <summary>One file that a commit changes.</summary>
/// <param name="OldMode">As git writes it: <c>100644</c>, <c>100755</c>, <c>120000</c> a symbolic link, <c>160000</c> a submodule.</param>
/// <param name="OldId">The content's id before; null when the file is new.</param>
/// <param name="NewId">The content's id now; null when the file is gone.</param>
/// <param name="NewBytes">The content's size now.</param>
public sealed record ChangedFile(string Path, string OldMode, string NewMode, string? OldId, string? NewId, long NewBytes);
