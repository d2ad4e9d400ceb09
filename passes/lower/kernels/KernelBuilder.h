// SPDX-License-Identifier: Apache-2.0
// The words in which every kernel is written: buffers with a layout, rolled loops, accumulators, one fused
// multiply-add.
#ifndef MNCC_PASSES_LOWER_KERNELS_KERNELBUILDER_H
#define MNCC_PASSES_LOWER_KERNELS_KERNELBUILDER_H

#include "dialects/mn/Shapes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mncc::lower {

/// How the values of a tensor lie in memory: channels in blocks of `block`, each block a plane of pixels. NHWC is the
/// layout whose block holds all channels. The last block of a blocked layout is padded to its full size. A ring has
/// fewer rows in memory than the image: row r lies in place r modulo `rowsInMemory()`.
struct BufferShape {
  mn::ImageShape image;
  int64_t block;
  /// Pixels of a block that are in memory.
  int64_t plane = image.pixels();
  /// True where one block holds all channels without padding.
  bool isNhwc() const { return block == image.channels; }
  /// Values between the same channel of two blocks.
  int64_t blockStride() const { return plane * block; }
  bool isRing() const { return plane < image.pixels(); }
  int64_t rowsInMemory() const { return plane / image.width; }
  /// Values in memory, padded channels included.
  int64_t elements() const { return (image.channels + block - 1) / block * blockStride(); }
};

/// The shape of `type` in the layout named `layout` ("nhwc", "nchw16c", …; null means "nhwc").
BufferShape getBufferShape(mlir::Type type, mlir::StringAttr layout);
/// The shape of `value` in the layout and the ring that its producer has; function arguments are NHWC.
BufferShape getBufferShape(mlir::Value value);

/// The type that the kernel of `layer` computes in: f16 where all its tensors are and the row multiplies f16, else f32.
/// Sums that are not multiplied, and exponentials, are of f32 always.
mlir::FloatType getArithmeticType(mlir::Operation *layer);

/// A kernel's argument.
struct Buffer {
  mlir::Value memref;
  BufferShape shape;
};

/// What the loop unroller does with a loop on the LLVM path; C++ turns it into a pragma.
enum class Unroll { No, Full };

/// Builds the body of one kernel. Indices are `index` values; all loops are `scf.for` with a step of 1.
class KernelBuilder : public mlir::ImplicitLocOpBuilder {
public:
  using Body = llvm::function_ref<void(mlir::Value)>;

  /// Writes at the start of `function`'s entry block, for `target`, with the loop lengths of `schedule`, and computes
  /// in `arithmetic` (f32 or f16). Where the schedule cuts the kernel into parts, the function's last argument is the
  /// number of the part to compute.
  KernelBuilder(mlir::func::FuncOp function, mn::TargetAttr target, mn::ScheduleAttr schedule,
                mlir::FloatType arithmetic);

  /// Makes the kernel compute `rows` rows of its result from `firstRow` on, a multiple of `rows`, and not all.
  void setStrip(mlir::Value firstRow, int64_t rows) { this->firstRow = firstRow, stripRows = rows; }
  /// The rows of a result of `height` rows that the kernel computes.
  int64_t countRows(int64_t height) const { return firstRow ? stripRows : height; }
  /// The row of the result that is row `row` of what the kernel computes.
  mlir::Value rowOfResult(mlir::Value row) { return firstRow ? add(firstRow, row) : row; }
  /// True where the kernel computes a strip of its result.
  bool isStrip() const { return firstRow != nullptr; }
  /// Where row `row` of the image starts, in pixels of a plane.
  mlir::Value rowStart(const BufferShape &shape, mlir::Value row);
  /// The same for a row that this call computes. Where strips divide the ring, they lie in it without a break, and only
  /// the place of the first row is a remainder.
  mlir::Value resultRowStart(const BufferShape &shape, mlir::Value row);

  mn::TargetAttr getTarget() const { return target; }
  mn::ScheduleAttr getSchedule() const { return schedule; }
  /// What the kernel computes in: f32 or f16.
  mlir::FloatType getArithmetic() const { return arithmetic; }
  /// Lanes of the kernel's vectors; 1 stands for scalar code.
  int64_t getLanes() const { return schedule.getVector(); }

  mlir::Value index(int64_t value);
  mlir::Value add(mlir::Value lhs, mlir::Value rhs);
  mlir::Value add(mlir::Value lhs, int64_t rhs) { return add(lhs, index(rhs)); }
  mlir::Value sub(mlir::Value lhs, mlir::Value rhs);
  mlir::Value mul(mlir::Value lhs, int64_t rhs);
  mlir::Value div(mlir::Value lhs, int64_t rhs);
  mlir::Value rem(mlir::Value lhs, int64_t rhs);
  /// The larger of two indices.
  mlir::Value max(mlir::Value lhs, mlir::Value rhs);
  /// The smaller of two indices.
  mlir::Value min(mlir::Value lhs, mlir::Value rhs);
  mlir::Value isLess(mlir::Value lhs, mlir::Value rhs);
  mlir::Value select(mlir::Value condition, mlir::Value yes, mlir::Value no);

  /// `if (condition) body()`.
  void when(mlir::Value condition, llvm::function_ref<void()> body);
  /// `for (i = 0; i < count; ++i) body(i)`; a loop of one turn is its body.
  void loop(int64_t count, Body body, Unroll unroll = Unroll::No);
  /// As loop(), repeated `factor` times in straight-line code.
  void loopUnrolledBy(int64_t count, int64_t factor, Body body);
  /// `for (i = begin; i < end; ++i) body(i)` with bounds known at run time only.
  void loopBetween(mlir::Value begin, mlir::Value end, Body body, int64_t factor = 1);
  /// loop() over what the schedule may cut along `split`: the turns `first` … `first + count` of `total`, of which only
  /// those of this call's part run. `body` gets the turn less `first`. `factor` as in loopUnrolledBy().
  void loopOverPart(mn::Split split, int64_t first, int64_t count, int64_t total, Body body, int64_t factor = 1);

  /// A vector of `lanes` values that the kernel computes in, or such a value for scalar kernels.
  mlir::Type getVectorType(int64_t lanes);
  mlir::Type getVectorType() { return getVectorType(getLanes()); }
  /// A splat of `value` in the kernel's vector type.
  mlir::Value constant(double value) { return constant(value, getVectorType()); }
  /// A splat of `value` in `type`, a float or a vector of floats.
  mlir::Value constant(double value, mlir::Type type);
  /// Loads a vector (or scalar) of the kernel's lanes at `address`, in the type that the kernel computes in.
  mlir::Value load(const Buffer &buffer, mlir::Value address) { return load(buffer, address, getLanes()); }
  mlir::Value load(const Buffer &buffer, mlir::Value address, int64_t lanes);
  /// Loads one value, a byte of an image too, in the type that the kernel computes in.
  mlir::Value loadScalar(const Buffer &buffer, mlir::Value address);
  /// Stores the first `lanes` values of `value` (all of them by default) in the type of the buffer.
  void store(mlir::Value value, const Buffer &buffer, mlir::Value address, int64_t lanes = 0);
  /// Asks for the line of `address` to be brought into the second level of the caches; any address may be given.
  void prefetch(const Buffer &buffer, mlir::Value address);
  /// A splat of a scalar in the kernel's vector type.
  mlir::Value splat(mlir::Value scalar);
  /// Two neighbouring bf16 at `address`, repeated over a vector of twice the kernel's lanes.
  mlir::Value splatPair(const Buffer &buffer, mlir::Value address);
  /// `sum` and, lane by lane, the two products of `a` and `b`, which hold a pair of bf16 for each lane of `sum`.
  mlir::Value dot(mlir::Value a, mlir::Value b, mlir::Value sum);
  /// `sum`, a matrix of 2x2 by rows, and the product of `a`, 2x4 bf16 by rows, and `b`, 4x2 by columns.
  mlir::Value multiplyMatrices(mlir::Value a, mlir::Value b, mlir::Value sum);
  /// The values at `lanes` of `a` followed by `b`, which may be null where no lane is of it.
  mlir::Value shuffle(mlir::Value a, mlir::Value b, llvm::ArrayRef<int64_t> lanes);
  /// a * b + c with one rounding, or two on targets without fma (architecture: the second class of bits).
  mlir::Value fma(mlir::Value a, mlir::Value b, mlir::Value c);

  /// Where lanes `channelVector * lanes …` of `pixel` start. The block must hold whole vectors.
  mlir::Value vectorAddress(const BufferShape &shape, mlir::Value channelVector, mlir::Value pixel);
  /// Where `channel` of `pixel` lies.
  mlir::Value elementAddress(const BufferShape &shape, mlir::Value channel, mlir::Value pixel);

  /// An array of `rows` x `columns` values of `type` (the kernel's vectors by default) that register allocation is to
  /// keep in registers; it is made at the start of the kernel, wherever it is used.
  /// `name` is what C++ calls it.
  mlir::Value accumulators(llvm::StringRef name, int64_t rows, int64_t columns, mlir::Type type = {});
  mlir::Value get(mlir::Value accumulators, mlir::Value row, mlir::Value column);
  void set(mlir::Value value, mlir::Value accumulators, mlir::Value row, mlir::Value column);

  /// `value`, a float or a vector of floats, with elements of `element`; rounded to nearest even where that is
  /// narrower.
  mlir::Value convert(mlir::Value value, mlir::Type element);

private:
  mn::TargetAttr target;
  /// Which part this call computes; null where the kernel is not cut.
  mlir::Value part;
  mn::ScheduleAttr schedule;
  /// Null where the kernel computes all rows.
  mlir::Value firstRow;
  int64_t stripRows = 0;
  mlir::FloatType arithmetic;
};

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_KERNELS_KERNELBUILDER_H
