using System.Globalization;

namespace ClaudeBot.Configuration;

/// <summary>A type of value: how it is described, read and written.</summary>
/// <param name="Read">Gives the value, or throws <see cref="FormatException"/> with "what is wrong; what to write".</param>
public sealed record SettingKind<T>(string Description, Func<string, T> Read, Func<T, string> Write);

/// <summary>The kinds of settings.</summary>
public static class SettingKinds
{
    public static SettingKind<string?> Text { get; } = new("text", text => text, value => value ?? "");

    public static SettingKind<string?> Path { get; } = new("path", System.IO.Path.GetFullPath, value => value ?? "");

    /// <summary>What can stand in an address and in a file's name.</summary>
    public static SettingKind<string?> Identifier { get; } = new(
        "letters, digits, '.', '_', '-'; at most 64",
        text => text.Length <= 64 && char.IsAsciiLetterOrDigit(text[0]) && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-')
            ? text
            : throw new FormatException($"'{text}' cannot be a name; write letters, digits, '.', '_' and '-', at most 64, a letter or digit first"),
        value => value ?? "");

    public static SettingKind<bool> Flag { get; } = new("true or false", ReadFlag, value => value ? "true" : "false");

    /// <summary>A list with commas; blanks around the entries do not count.</summary>
    public static SettingKind<IReadOnlyList<string>> List { get; } = new(
        "list with commas",
        text => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
        value => string.Join(',', value));

    /// <summary>Names of hosts, or <c>*.</c> and a name.</summary>
    public static SettingKind<IReadOnlyList<string>> Hosts { get; } = new(
        "list of host names with commas, *.name for all below it",
        text => [.. List.Read(text).Select(host => Uri.CheckHostName(host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host) == UriHostNameType.Dns
            ? host
            : throw new FormatException($"'{host}' is not the name of a host; write it as registry.example.com, without https:// and port, or *.example.com"))],
        value => string.Join(',', value));

    public static SettingKind<RepositoryName?> Repository { get; } = new("owner/name", ReadRepository, value => value?.ToString() ?? "");

    public static SettingKind<IReadOnlyList<RepositoryName>> Repositories { get; } = new(
        "list of owner/name with commas",
        text => [.. List.Read(text).Select(ReadRepository).OfType<RepositoryName>().Distinct()],
        value => string.Join(',', value));

    /// <summary>GitHub accounts by what cannot be renamed.</summary>
    public static SettingKind<IReadOnlyList<long>> Accounts { get; } = new(
        "list of numeric ids with commas",
        text => [.. List.Read(text).Select(ReadAccount).Distinct()],
        value => string.Join(',', value.Select(id => id.ToString(CultureInfo.InvariantCulture))));

    public static SettingKind<Uri?> Address { get; } = new("http(s) address", ReadAddress, value => value?.OriginalString ?? "");

    /// <summary>An address that is shown in logs and pages, so that nothing secret can stand in it.</summary>
    public static SettingKind<Uri?> PlainAddress { get; } = new(
        Address.Description,
        text => Address.Read(text) is { Query: "", Fragment: "" } address ? address : throw new FormatException("it has a query or a fragment, which would be shown wherever the address is; write it as http://host:port"),
        Address.Write);

    /// <summary>A TCP port; 0 takes a free one, null (<c>off</c>) closes the door.</summary>
    public static SettingKind<int?> Port { get; } = new(
        "port 1 to 65535, 0 for any free one, or off",
        text => text.Equals("off", StringComparison.OrdinalIgnoreCase) ? null : ReadWhole(text, 0, 65535, "a port number, or off"),
        value => value?.ToString(CultureInfo.InvariantCulture) ?? "off");

    public static SettingKind<int> Whole(int least, int most) => new(
        $"whole number, {least} to {most}",
        text => ReadWhole(text, least, most, $"a whole number from {least} to {most}"),
        value => value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A number with a decimal point; used for money and factors.</summary>
    public static SettingKind<decimal> Number(decimal least, decimal most) => new(
        Invariant($"number, {least} to {most}"),
        text => decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw new FormatException(Invariant($"'{text}' is not a number from {least} to {most}; write it with a decimal point, as in {least + (most - least) / 2}")),
        value => value.ToString(CultureInfo.InvariantCulture));

    /// <summary>One of some words, in any case.</summary>
    public static SettingKind<string?> OneOf(params string[] words) => new(
        string.Join(", ", words[..^1]) + " or " + words[^1],
        text => words.FirstOrDefault(word => word.Equals(text, StringComparison.OrdinalIgnoreCase))
            ?? throw new FormatException($"'{text}' is not one of the known words; write {string.Join(", ", words[..^1])} or {words[^1]}"),
        value => value ?? "");

    /// <summary>An address to listen on.</summary>
    public static SettingKind<string?> IpAddress { get; } = new(
        "IP address",
        text => System.Net.IPAddress.TryParse(text, out var address) ? address.ToString() : throw new FormatException($"'{text}' is not an IP address; write 127.0.0.1, or 0.0.0.0 for all"),
        value => value ?? "");

    private static bool ReadFlag(string text) => text.ToLowerInvariant() switch
    {
        "true" or "yes" or "on" or "1" => true,
        "false" or "no" or "off" or "0" => false,
        _ => throw new FormatException($"'{text}' is neither true nor false; write true or false"),
    };

    private static int ReadWhole(string text, int least, int most, string wanted) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw new FormatException($"'{text}' is not {wanted}; write a number from {least} to {most}");

    private static long ReadAccount(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0
            ? id
            : throw new FormatException($"'{text}' is not the numeric id of an account; names can change hands, so write the id");

    private static RepositoryName? ReadRepository(string text) =>
        RepositoryName.TryParse(text, out var repository)
            ? repository
            : throw new FormatException($"'{text}' is not a repository; write it as owner/name");

    private static Uri ReadAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0
            ? address
            : throw new FormatException("it is not an http or https address without a user name; write it as https://host");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
