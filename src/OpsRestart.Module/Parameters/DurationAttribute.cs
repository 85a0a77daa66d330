using System.Globalization;
using System.Management.Automation;

namespace OpsRestart.Parameters;

/// <summary>Reads a duration as admins write it. Without it <c>-Timeout 30</c> would be 30 ticks of 100 ns.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DurationAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) => Read(inputData);

    internal static TimeSpan Read(object? value)
    {
        value = value is PSObject wrapped ? wrapped.BaseObject : value;
        try
        {
            return value is TimeSpan time
                ? time
                : Duration.Parse(value is IFormattable number ? number.ToString(null, CultureInfo.InvariantCulture) : value?.ToString());
        }
        catch (FormatException e)
        {
            throw new ArgumentTransformationMetadataException(e.Message, e);
        }
    }
}
