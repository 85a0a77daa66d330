using System.Globalization;

namespace OpsRestart.Tests.System.Harness;

/// <summary>Numbers from the environment that ask a test for more than its short form, or for the same again.</summary>
internal static class Setting
{
    public static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
