namespace ClaudeBot.Agents;

/// <summary>Keeps the file tools of the built-in agent inside the work tree, symbolic links included.</summary>
internal static class WorkTreePath
{
    /// <param name="workTree">Absolute.</param>
    /// <param name="path">Absolute, or relative to the work tree.</param>
    /// <exception cref="ToolException">It leads out of the work tree, or into its <c>.git</c>.</exception>
    public static string Resolve(string workTree, string path)
    {
        var root = Path.GetFullPath(workTree);
        var full = Path.GetFullPath(path, root);
        var relative = Path.GetRelativePath(root, full);
        var parts = relative.Split('/');
        if (Path.IsPathRooted(relative) || parts.Contains(".."))
            throw new ToolException($"{path} is outside the work tree.");
        if (parts.Contains(".git"))
            throw new ToolException($"{path} belongs to git.");
        for (var current = full; current.Length > root.Length; current = Path.GetDirectoryName(current)!)
            if (new FileInfo(current).LinkTarget is not null)
                throw new ToolException($"{path} goes through a symbolic link.");
        return full;
    }
}

/// <summary>A tool cannot do what the model asked; the message goes back to the model.</summary>
internal sealed class ToolException(string message) : Exception(message);
