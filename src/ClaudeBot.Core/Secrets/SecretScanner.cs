namespace ClaudeBot.Secrets;

/// <summary>
/// Looks for secrets in what is about to leave: this service's own live ones, in whatever disguise, and whatever looks like a
/// credential of anybody's.
/// </summary>
public sealed class SecretScanner(SecretMask mask)
{
    /// <summary>How many encodings are undone, one inside the other.</summary>
    private const int DeepestDisguise = 3;

    private const string Mark = "***";
    private const string Withheld = "(This text was left out: it held a secret of the service in disguise.)";

    private SecretPieces _pieces = new([]);

    /// <summary>
    /// True when the text holds a live secret, or twelve characters of one: plain, reversed, in base64 or base64url at any
    /// alignment, hexadecimal, percent-encoded, as HTML entities, JSON or octal escapes, by ROT13, spread out by separators, packed by
    /// gzip or zlib, or in up to three of these at once. Bytes are given as Latin-1.
    /// </summary>
    public bool HoldsLiveSecret(string text)
    {
        try
        {
            return HoldsLiveSecret(text, Pieces(), DeepestDisguise);
        }
        catch (InvalidDataException)
        {
            // What nobody can look through is no better than what holds one.
            return true;
        }
    }

    /// <summary>What looks like a credential, in the order of the text.</summary>
    /// <param name="known">Texts that were public before: what stands there already is no finding.</param>
    public IReadOnlyList<SecretFinding> Find(string text, IReadOnlyCollection<string> known) =>
    [
        .. Spans(text)
            .Where(span => !known.Any(before => before.Contains(text.AsSpan(span.Start, span.Length).ToString(), StringComparison.Ordinal)))
            .Select(span => new SecretFinding(span.Rule.Kind, text.AsSpan(0, span.Start).Count('\n') + 1)),
    ];

    /// <summary>The text without any secret: each is replaced by <c>***</c>, and what cannot be told apart from one is left out.</summary>
    public string Redact(string text)
    {
        text = mask.Mask(text);
        foreach (var span in Enumerable.Reverse(Spans(text)))
            text = string.Concat(text.AsSpan(0, span.Start), Mark, text.AsSpan(span.Start + span.Length));
        if (!HoldsLiveSecret(text))
            return text;

        var lines = text.Split('\n').Select(line => HoldsLiveSecret(line) ? Mark : line).ToArray();
        text = string.Join('\n', lines);
        // Spread over lines: only the bot's own marker, by which it finds its text again, can stay.
        return HoldsLiveSecret(text) ? (lines[0].StartsWith("<!-- claude-bot:", StringComparison.Ordinal) && !HoldsLiveSecret(lines[0]) ? $"{lines[0]}\n{Withheld}" : Withheld) : text;
    }

    private static List<SecretSpan> Spans(string text)
    {
        var spans = new List<SecretSpan>();
        foreach (var span in SecretRules.All.SelectMany(rule => rule.Find(text)).OrderBy(span => span.Start).ThenByDescending(span => span.Length))
        {
            if (spans.Count == 0 || span.Start >= spans[^1].Start + spans[^1].Length)
                spans.Add(span);
        }

        return spans;
    }

    private static bool HoldsLiveSecret(string text, SecretPieces pieces, int depth)
    {
        var lower = text.ToLowerInvariant();
        return pieces.AnyIn(lower)
            || pieces.AnyIn(Unveiling.Squeezed(lower))
            || (depth > 0 && Unveiling.Once(text).Any(inner => inner.Length >= SecretMask.ShortestSecret && HoldsLiveSecret(inner, pieces, depth - 1)));
    }

    private SecretPieces Pieces()
    {
        var secrets = mask.Values;
        var pieces = _pieces;
        if (pieces.Secrets != secrets)
            _pieces = pieces = new SecretPieces(secrets);
        return pieces;
    }
}
