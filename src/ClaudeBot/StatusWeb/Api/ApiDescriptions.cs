using ClaudeBot.StatusWeb.Access;
using ClaudeBot.StatusWeb.Tasks;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ClaudeBot.StatusWeb.Api;

/// <summary>Marks a route that is part of the API, and stands in <c>/openapi/v1.json</c>.</summary>
internal sealed record ApiPath;

/// <summary>The API's own description, in OpenAPI.</summary>
internal static class ApiDescriptions
{
    /// <summary>The document's name.</summary>
    public const string Version = "v1";

    /// <summary>
    /// Stands behind the types that a route describes: it takes a request of another type too, or of none, as of one who
    /// sends no body. Without it routing would give such a request to the catch-all of <c>/api/</c>, which answers 404.
    /// </summary>
    public const string AnyType = "*/*";

    private const string Bearer = "bearer";

    /// <summary>Puts a route into the description.</summary>
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder route, string tag, string summary, string description = "") =>
        route.WithTags(tag).WithSummary(summary).WithDescription(description).WithMetadata(new ApiPath());

    /// <summary>The answers of a route that say why not, as <c>{"error": …}</c>.</summary>
    public static RouteHandlerBuilder Fails(this RouteHandlerBuilder route, params int[] statuses)
    {
        foreach (var status in statuses)
            route.Produces<ErrorRecord>(status);
        return route;
    }

    public static IServiceCollection AddApiDescription(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = StatusJson.Options.PropertyNamingPolicy;
            foreach (var converter in StatusJson.Options.Converters)
                json.SerializerOptions.Converters.Add(converter);
        });
        return services.AddOpenApi(Version, document =>
        {
            document.ShouldInclude = route => route.ActionDescriptor.EndpointMetadata.OfType<ApiPath>().Any();
            document.AddDocumentTransformer((description, _, _) =>
            {
                description.Info = new OpenApiInfo { Title = "Claude Bot status web", Version = Version, Description = "JSON with snake_case fields, times in UTC, costs in US dollars. Errors are {\"error\": …}." };
                // Where it stands depends on who asks: addresses are relative.
                description.Servers = [];
                description.Components ??= new OpenApiComponents();
                description.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
                description.Components.SecuritySchemes[Bearer] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = Bearer, Description = "STATUS_TOKEN. With STATUS_PUBLIC=false reading needs it, too." };
                return Task.CompletedTask;
            });
            document.AddOperationTransformer((operation, context, _) =>
            {
                var marks = context.Description.ActionDescriptor.EndpointMetadata;
                var changes = !string.Equals(context.Description.HttpMethod, HttpMethods.Get, StringComparison.OrdinalIgnoreCase);
                if ((changes && !marks.OfType<OpenToAll>().Any()) || marks.OfType<OperatorsOnly>().Any())
                {
                    operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] }];
                    operation.Responses ??= [];
                    operation.Responses["401"] = new OpenApiResponse { Description = "No token, or a wrong one" };
                    operation.Responses["429"] = new OpenApiResponse { Description = "Too many wrong tokens from this address" };
                }

                return Task.CompletedTask;
            });
        });
    }

    public static void Map(IEndpointRouteBuilder web)
    {
        web.MapOpenApi("/openapi/{documentName}.json");
        // Routes do not change while the program runs.
        OpenApiDocument? known = null;
        web.MapGet("/openapi", async Task<IResult> ([FromKeyedServices(Version)] IOpenApiDocumentProvider provider, CancellationToken cancellationToken) =>
            new RazorComponentResult<ApiPage>(new { Document = known ??= await provider.GetOpenApiDocumentAsync(cancellationToken) }));
    }
}
