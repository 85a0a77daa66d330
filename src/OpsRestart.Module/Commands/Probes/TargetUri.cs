namespace OpsRestart.Commands;

internal static class TargetUri
{
    /// <summary>A URI stays as it is, a bare host becomes one.</summary>
    public static string Of(string scheme, string text) =>
        text.Contains("://", StringComparison.Ordinal) || text.StartsWith("${", StringComparison.Ordinal) ? text : $"{scheme}://{text}";
}
