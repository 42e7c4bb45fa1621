using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace ClaudeBot.Secrets;

/// <summary>
/// Every piece of twelve characters of the live secrets, as they are, backwards and by ROT13: a copy that was cut short, or taken
/// apart, still holds one. Case is ignored.
/// </summary>
internal sealed partial class SecretPieces
{
    public const int PieceLength = 12;

    // What all keys of a kind, and all private keys of a size, begin with, is no secret.
    private const int PublicStartOfKey = 64;
    private const int FewestDifferentCharacters = 5;

    private const int StartHashes = 1 << 16;

    private readonly HashSet<string> _pieces = new(StringComparer.Ordinal);
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly int[] _lengths;

    // How pieces begin, by the hash of four characters: nearly every place of an ordinary text is passed over by one look here.
    private readonly bool[] _starts = new bool[StartHashes];

    public SecretPieces(ImmutableArray<string> secrets)
    {
        Secrets = secrets;
        foreach (var secret in secrets)
            Add(Body(secret).ToLowerInvariant());
        _lookup = _pieces.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var piece in _pieces)
            _starts[StartHash(piece)] = true;
        _lengths = [.. _pieces.Select(piece => piece.Length).Distinct().Order()];
    }

    /// <summary>What the pieces were made of.</summary>
    public ImmutableArray<string> Secrets { get; }

    /// <param name="text">In lower case.</param>
    public bool AnyIn(ReadOnlySpan<char> text)
    {
        foreach (var length in _lengths)
        {
            for (var i = 0; i + length <= text.Length; i++)
            {
                if (_starts[StartHash(text[i..])] && _lookup.Contains(text.Slice(i, length)))
                    return true;
            }
        }

        return false;
    }

    private static int StartHash(ReadOnlySpan<char> text) => ((((((text[0] * 31) + text[1]) * 31) + text[2]) * 31) + text[3]) % StartHashes;

    private static string Body(string secret)
    {
        if (!secret.StartsWith("-----", StringComparison.Ordinal))
            return secret[PublicPrefix().Match(secret).Length..];

        var body = string.Concat(secret.ReplaceLineEndings("\n").Replace("\\n", "\n", StringComparison.Ordinal).Split('\n').Where(line => !line.StartsWith("-----", StringComparison.Ordinal)));
        return body[Math.Min(PublicStartOfKey, body.Length)..];
    }

    private void Add(string secret)
    {
        var bare = string.Concat(secret.Where(char.IsAsciiLetterOrDigit));
        foreach (var form in (string[])[secret, bare])
        {
            AddPieces(form);
            AddPieces(string.Concat(form.Reverse()));
            AddPieces(string.Concat(form.Select(Rot13)));
        }
    }

    private void AddPieces(string form)
    {
        if (form.Length is >= SecretMask.ShortestSecret and < PieceLength)
            _pieces.Add(form);
        for (var i = 0; i + PieceLength <= form.Length; i++)
        {
            var piece = form.Substring(i, PieceLength);
            if (piece.Distinct().Count() >= FewestDifferentCharacters)
                _pieces.Add(piece);
        }
    }

    private static char Rot13(char c) => char.IsAsciiLetterLower(c) ? (char)('a' + ((c - 'a' + 13) % 26)) : c;

    [GeneratedRegex(@"\A(?:sk-ant-[a-z]+\d\d-|sk-(?:proj-|svcacct-|admin-)?|github_pat_|gh[pousr]_|cbp-)")]
    private static partial Regex PublicPrefix();
}
