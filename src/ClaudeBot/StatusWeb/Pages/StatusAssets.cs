using System.Security.Cryptography;
using ClaudeBot.StatusWeb.Access;

namespace ClaudeBot.StatusWeb.Pages;

/// <summary>A file that pages load; its address changes with its content, so that browsers keep it.</summary>
internal sealed class StatusAssets
{
    public static readonly StatusAssets Style = new("status.css", "text/css; charset=utf-8");
    public static readonly StatusAssets Script = new("status.js", "text/javascript; charset=utf-8");
    public static readonly StatusAssets Icon = new("icon.svg", "image/svg+xml");

    private readonly string _name;
    private readonly string _type;
    private readonly byte[] _content;

    private StatusAssets(string name, string type)
    {
        using var stream = typeof(StatusAssets).Assembly.GetManifestResourceStream("ClaudeBot.StatusWeb." + name)!;
        (_name, _type, _content) = (name, type, new byte[stream.Length]);
        stream.ReadExactly(_content);
        Address = $"/{name}?v={Convert.ToHexStringLower(SHA256.HashData(_content).AsSpan(0, 6))}";
    }

    public string Address { get; }

    public static void Map(IEndpointRouteBuilder web)
    {
        foreach (var asset in (StatusAssets[])[Style, Script, Icon])
        {
            web.MapGet("/" + asset._name, (HttpContext http) =>
            {
                http.Response.Headers.CacheControl = http.Request.Query.ContainsKey("v") ? "public, max-age=31536000, immutable" : "public, max-age=300";
                return Results.Bytes(asset._content, asset._type);
            }).WithMetadata(new OpenToAll());
        }
    }
}
