using System.Net;
using System.Text.RegularExpressions;

namespace ClaudeBot.Tests.StatusWeb;

/// <summary>A browser without script: it keeps cookies, asks for pages, and sends a page's form with its hidden token.</summary>
internal sealed partial class OperatorBrowser : IDisposable
{
    private readonly StatusWebLab _lab;
    private readonly HttpClient _http;

    public OperatorBrowser(StatusWebLab lab)
    {
        _lab = lab;
        _http = new HttpClient(new SocketsHttpHandler { CookieContainer = Cookies, AllowAutoRedirect = false });
        _http.DefaultRequestHeaders.Add("Accept", "text/html,application/xhtml+xml");
    }

    public CookieContainer Cookies { get; } = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _http.Dispose();

    public Task<HttpResponseMessage> GetAsync(string path) => _http.GetAsync(new Uri(_lab.Address, path), Cancellation);

    public async Task<string> ReadAsync(string path)
    {
        using var page = await GetAsync(path);
        return await page.Content.ReadAsStringAsync(Cancellation);
    }

    /// <summary>The hidden token of the forms on a page.</summary>
    public async Task<string> FormTokenAsync(string path) => Token().Match(await ReadAsync(path)).Groups[1].Value;

    public async Task<HttpResponseMessage> SignInAsync(string token = StatusWebLab.Token, string next = "/") =>
        await PostFormAsync("/sign-in", await FormTokenAsync("/sign-in"), ("token", token), ("next", next));

    /// <param name="formToken">Null sends none.</param>
    public async Task<HttpResponseMessage> PostFormAsync(string path, string? formToken, params (string Name, string Value)[] fields)
    {
        var form = fields.Select(field => KeyValuePair.Create(field.Name, field.Value));
        if (formToken is not null)
            form = form.Append(KeyValuePair.Create("form_token", formToken));
        using var content = new FormUrlEncodedContent(form);
        return await _http.PostAsync(new Uri(_lab.Address, path), content, Cancellation);
    }

    [GeneratedRegex("""name="form_token" value="([^"]+)""")]
    private static partial Regex Token();
}
