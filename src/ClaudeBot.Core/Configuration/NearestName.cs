namespace ClaudeBot.Configuration;

/// <summary>Finds the setting that a misspelt name most likely means.</summary>
internal static class NearestName
{
    /// <summary>The known name with the fewest edits from <paramref name="name"/>; null when none is within <paramref name="most"/> edits.</summary>
    public static string? Of(string name, IEnumerable<string> known, int most) =>
        known.Select(candidate => (candidate, Edits: Edits(name, candidate)))
            .Where(pair => pair.Edits <= most)
            .OrderBy(pair => pair.Edits)
            .ThenBy(pair => pair.candidate, StringComparer.Ordinal)
            .Select(pair => pair.candidate)
            .FirstOrDefault();

    // Levenshtein's distance, one row at a time.
    private static int Edits(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[b.Length];
    }
}
