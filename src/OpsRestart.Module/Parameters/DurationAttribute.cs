using System.Globalization;

namespace OpsRestart.Parameters;

/// <summary>Reads a duration as admins write it. Without it <c>-Timeout 30</c> would be 30 ticks of 100 ns.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DurationAttribute : ArgumentTransformationAttribute
{
    /// <summary>False for an age, which nothing waits for.</summary>
    public bool IsWait { get; set; } = true;

    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var value = Read(inputData);
        return value < TimeSpan.Zero
                ? throw new ArgumentTransformationMetadataException(
                    "A duration can't be negative. Write 30s, 5m, 1h, 00:05:00, or a number of seconds."
                )
            : IsWait && value > Duration.LongestWait
                ? throw new ArgumentTransformationMetadataException(
                    $"{Duration.Format(value)} is longer than can be waited for: at most {Duration.Format(Duration.LongestWait)}."
                )
            : value;
    }

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
