// SPDX-License-Identifier: Apache-2.0
// memcpy, memmove and memset of the runtime, under other names, against byte loops: every small size at every
// alignment.
#include <cstdint>
#include <gtest/gtest.h>
#include <vector>

extern "C" {
void *runtime_memcpy(void *to, const void *from, size_t bytes);
void *runtime_memmove(void *to, const void *from, size_t bytes);
void *runtime_memset(void *to, int value, size_t bytes);
uint32_t mncc_crc32(uint32_t crc, const void *data, size_t bytes);
}

using Bytes = std::vector<unsigned char>;

static Bytes makeBytes(size_t count) {
  Bytes bytes(count);
  for (size_t i = 0; i < count; ++i)
    bytes[i] = static_cast<unsigned char>(i * 37 + 11);
  return bytes;
}

constexpr size_t kSizes = 70, kPlaces = 17;

TEST(Memory, CopyWritesItsRangeOnly) {
  alignas(16) unsigned char room[2 * kPlaces + kSizes];
  Bytes source = makeBytes(kPlaces + kSizes);
  for (size_t size = 0; size < kSizes; ++size)
    for (size_t to = 0; to < kPlaces; ++to)
      for (size_t from = 0; from < kPlaces; ++from) {
        std::fill(std::begin(room), std::end(room), 0xee);
        ASSERT_EQ(runtime_memcpy(room + to, source.data() + from, size), room + to);
        for (size_t i = 0; i < sizeof room; ++i)
          ASSERT_EQ(room[i], i >= to && i < to + size ? source[i - to + from] : 0xee) << size << " bytes to " << to;
      }
}

TEST(Memory, MoveTakesOverlaps) {
  Bytes before = makeBytes(kPlaces + kSizes);
  for (size_t size = 0; size < kSizes; ++size)
    for (size_t to = 0; to < kPlaces; ++to)
      for (size_t from = 0; from < kPlaces; ++from) {
        Bytes room = before;
        ASSERT_EQ(runtime_memmove(room.data() + to, room.data() + from, size), room.data() + to);
        for (size_t i = 0; i < room.size(); ++i)
          ASSERT_EQ(room[i], i >= to && i < to + size ? before[i - to + from] : before[i])
              << size << " bytes from " << from << " to " << to;
      }
}

// The header promises it: memmove leans on it.
TEST(Memory, CopyTakesOverlapsToLowerAddresses) {
  Bytes before = makeBytes(kPlaces + kSizes);
  for (size_t size = 0; size < kSizes; ++size)
    for (size_t from = 1; from < kPlaces; ++from) {
      Bytes room = before;
      runtime_memcpy(room.data(), room.data() + from, size);
      for (size_t i = 0; i < size; ++i)
        ASSERT_EQ(room[i], before[i + from]) << size << " bytes down by " << from;
    }
}

TEST(Memory, SetTakesTheLowByte) {
  alignas(16) unsigned char room[kPlaces + kSizes];
  for (int value : {0, 1, 0x7f, 0x80, 0xff, -1, 0x1234})
    for (size_t size = 0; size + 1 < kSizes; ++size)
      for (size_t to = 0; to < kPlaces; ++to) {
        std::fill(std::begin(room), std::end(room), 0x5a);
        ASSERT_EQ(runtime_memset(room + to, value, size), room + to);
        for (size_t i = 0; i < sizeof room; ++i)
          ASSERT_EQ(room[i], i >= to && i < to + size ? static_cast<unsigned char>(value) : 0x5a);
      }
}

// The values of Python's zlib.crc32.
TEST(Crc32, IsThatOfZlib) {
  EXPECT_EQ(mncc_crc32(0, "", 0), 0u);
  EXPECT_EQ(mncc_crc32(0, "a", 1), 0xe8b7be43u);
  EXPECT_EQ(mncc_crc32(0, "123456789", 9), 0xcbf43926u);
  Bytes all(256);
  for (size_t i = 0; i < all.size(); ++i)
    all[i] = static_cast<unsigned char>(i);
  EXPECT_EQ(mncc_crc32(0, all.data(), all.size()), 0x29058c73u);
  EXPECT_EQ(mncc_crc32(mncc_crc32(0, all.data(), 100), all.data() + 100, 156), 0x29058c73u);
}
