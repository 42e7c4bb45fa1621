namespace ClaudeBot.Tests.Secrets;

/// <summary>Random texts, the same in every run.</summary>
internal sealed class Drawn(int seed)
{
    public const string Alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    public const string Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    public const string Lower = "abcdefghijklmnopqrstuvwxyz0123456789";
    public const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    public const string Hex = "0123456789abcdef";
    public const string Word = Alphanumeric + "_-";
    public const string Base64 = Alphanumeric + "+/";
    public const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    public const string Digits = "0123456789";

    private readonly Random _random = new(seed);

    public string Of(string characters, int length) => new([.. Enumerable.Range(0, length).Select(_ => characters[_random.Next(characters.Length)])]);
}
