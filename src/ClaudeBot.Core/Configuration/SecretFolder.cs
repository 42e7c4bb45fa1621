using System.Globalization;
using System.Text.RegularExpressions;

namespace ClaudeBot.Configuration;

/// <summary>
/// Docker's secrets folder: <c>anthropic_api_key</c>, and beside it <c>anthropic_api_key_v2</c>, <c>_v3</c> … of which the
/// highest number wins, so that a key is rotated by adding a file.
/// </summary>
internal sealed partial class SecretFolder(string path, TimeProvider time)
{
    private readonly Dictionary<string, LiveFile<string>> _files = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>The file that holds the setting now, and its content; null when there is none.</summary>
    public (string File, string Value)? Find(string settingName)
    {
        var wanted = settingName.ToLowerInvariant();
        foreach (var name in Names(wanted))
        {
            LiveFile<string>? file;
            lock (_lock)
            {
                if (!_files.TryGetValue(name, out file))
                    _files[name] = file = new LiveFile<string>(Path.Combine(path, name), text => text, time);
            }

            if (file.Current()?.Trim() is { Length: > 0 } value)
                return (file.Path, value);
        }

        return null;
    }

    // Highest version first; a blank newest file does not hide the one before it.
    private List<string> Names(string wanted)
    {
        try
        {
            return [.. Directory.EnumerateFiles(path, wanted + "*")
                .Select(Path.GetFileName).OfType<string>()
                .Where(name => name == wanted || (name.StartsWith(wanted, StringComparison.Ordinal) && Version().IsMatch(name[wanted.Length..])))
                .OrderByDescending(name => name.Length == wanted.Length ? 1 : int.Parse(name[(wanted.Length + 2)..], CultureInfo.InvariantCulture))];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    [GeneratedRegex(@"\A_v[0-9]{1,6}\z")]
    private static partial Regex Version();
}
